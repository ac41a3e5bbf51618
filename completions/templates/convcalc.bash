# TAB completion of convcalc in bash. Written by completions/generate.py: do not edit.

# What an option takes: $1 is the command, a space and the option.
_convcalc_takes() {
    case $1 in
        @TAKES@
        *) takes='' ;;
    esac
}

_convcalc() {
    local IFS=$' \t\n' current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local command='' takes='' offer='' lead='' count=0 word i

    # bash makes a word of each = and : too, so --p=0:1 comes as --p, =, 0, :, 1.
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word == [=:]* ]]; then [[ $takes ]] || ((i++))
        elif [[ $takes ]]; then takes=''
        elif [[ $word == -* ]]; then _convcalc_takes "$command $word"
        elif [[ ! $command ]]; then command=$word
        else ((count++))
        fi
    done
    [[ $before == :* || $current == :* ]] && return
    [[ $current == = ]] && current=''
    # Where = is no word of its own, --p=0 is one.
    if [[ ! $takes && $current == --*=* ]]; then
        lead=${current%%=*}= current=${current#*=}
        _convcalc_takes "$command ${lead%=}"
    fi
    if [[ ! $takes && $current != -* ]]; then
        case "$command $count" in
            @ARGUMENTS@
        esac
    fi
    [[ $before == *[\<\>] ]] && takes=FILE

    case $takes in
        # Its own file names bash quotes, and ends with / where they are folders.
        FILE) compopt -o default 2>/dev/null ;;
        @VALUES@
        '')
            case $command in
                @OPTIONS@
            esac
            ;;
    esac
    COMPREPLY=($(compgen -P "$lead" -W "$offer" -- "$current"))
}

# The order of the values means something; bash before 4.4 can only sort them.
complete -o nosort -F _convcalc convcalc 2>/dev/null || complete -F _convcalc convcalc
