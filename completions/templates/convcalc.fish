# TAB completion of convcalc in fish. Written by completions/generate.py: do not edit.

# Whether the cursor is in a command, and, if a place is given, at that argument of it.
function __convcalc_at --argument-names command place
    set -l words (commandline -opc)
    test "$words[2]" = "$command"; or return
    test -n "$place"; or return 0
    # The options of the command whose next word is their value, and no argument.
    set -l valued
    switch $command
        @VALUED@
    end
    set -l count 0
    set -l value no
    for word in $words[3..]
        if test $value = yes
            set value no
        else if contains -- $word $valued
            set value yes
        else if not string match -q -- '-*' $word
            set count (math $count + 1)
        end
    end
    string match -q -- $place $count
end

# What a metavar stands for.
function __convcalc_values --argument-names metavar
    switch $metavar
        @VALUES@
    end
end

complete -c convcalc -e
complete -c convcalc -f
@COMPLETE@
