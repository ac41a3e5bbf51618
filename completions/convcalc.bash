# TAB completion of convcalc in bash. Written by completions/generate.py: do not edit.

# What an option takes: $1 is the command, a space and the option.
_convcalc_takes() {
    case $1 in
        'out -k' | 'out --k' | 'out --kernel') takes=K ;;
        'out -s' | 'out --s' | 'out --stride') takes=S ;;
        'out -p' | 'out --p' | 'out --padding') takes=P ;;
        'out -d' | 'out --d' | 'out --dilation') takes=D ;;
        'out -a' | 'out --a' | 'out --output-padding') takes=A ;;
        'out -n' | 'out --n' | 'out --size') takes=N ;;
        'out --op') takes=OP ;;
        'out --seed') takes=SEED ;;
        'out -f' | 'out --format') takes=FORMAT ;;
        'out --dialect') takes=DIALECT ;;
        'out --opset') takes=OPSET ;;
        'equiv -k' | 'equiv --k' | 'equiv --kernel') takes=K ;;
        'equiv -s' | 'equiv --s' | 'equiv --stride') takes=S ;;
        'equiv -p' | 'equiv --p' | 'equiv --padding') takes=P ;;
        'equiv -d' | 'equiv --d' | 'equiv --dilation') takes=D ;;
        'equiv -a' | 'equiv --a' | 'equiv --output-padding') takes=A ;;
        'equiv -n' | 'equiv --n' | 'equiv --size') takes=N ;;
        'equiv --from') takes=SOURCE ;;
        'equiv --seed') takes=SEED ;;
        'equiv -f' | 'equiv --format') takes=FORMAT ;;
        'equiv --dialect') takes=DIALECT ;;
        'equiv --opset') takes=OPSET ;;
        'draw -k' | 'draw --k' | 'draw --kernel') takes=K ;;
        'draw -s' | 'draw --s' | 'draw --stride') takes=S ;;
        'draw -p' | 'draw --p' | 'draw --padding') takes=P ;;
        'draw -d' | 'draw --d' | 'draw --dilation') takes=D ;;
        'draw -a' | 'draw --a' | 'draw --output-padding') takes=A ;;
        'draw -n' | 'draw --n' | 'draw --size') takes=N ;;
        'draw --op') takes=OP ;;
        'draw --view') takes=VIEW ;;
        'draw --projection') takes=PROJECTION ;;
        'draw --figure') takes=FIGURE ;;
        'draw --frame') takes=I ;;
        'draw -o' | 'draw --output') takes=FILE ;;
        'draw --dialect') takes=DIALECT ;;
        'draw --opset') takes=OPSET ;;
        'port --to') takes=TARGET ;;
        'port -n' | 'port --n' | 'port --size') takes=N ;;
        'port -k' | 'port --k' | 'port --kernel') takes=K ;;
        'port -f' | 'port --format') takes=FORMAT ;;
        'port --dialect') takes=DIALECT ;;
        'port --opset') takes=OPSET ;;
        'solve -n' | 'solve --n' | 'solve --size') takes=N ;;
        'solve --out' | 'solve --output-size') takes=N ;;
        'solve --pairs') takes=PAIRS ;;
        'solve --op') takes=OP ;;
        'solve -k' | 'solve --k' | 'solve --kernel') takes=K ;;
        'solve -s' | 'solve --s' | 'solve --stride') takes=S ;;
        'solve -p' | 'solve --p' | 'solve --padding') takes=P ;;
        'solve -d' | 'solve --d' | 'solve --dilation') takes=D ;;
        'solve -a' | 'solve --a' | 'solve --output-padding') takes=A ;;
        'solve --to') takes=FRAMEWORK ;;
        'solve --limit') takes=COUNT ;;
        'solve -f' | 'solve --format') takes=FORMAT ;;
        'net -n' | 'net --n' | 'net --size') takes=IMAGE ;;
        'net --sizes') takes=RANGE ;;
        'net --at') takes=POSITION ;;
        'net --layer') takes=NAME ;;
        'net --expect') takes=SHAPE ;;
        'net --identity') takes=NAME ;;
        'net --dim') takes=DIM ;;
        'net -f' | 'net --format') takes=FORMAT ;;
        'net -o' | 'net --output') takes=FILE ;;
        'sweep -k' | 'sweep --k' | 'sweep --kernel') takes=K ;;
        'sweep -s' | 'sweep --s' | 'sweep --stride') takes=S ;;
        'sweep -p' | 'sweep --p' | 'sweep --padding') takes=P ;;
        'sweep -d' | 'sweep --d' | 'sweep --dilation') takes=D ;;
        'sweep -a' | 'sweep --a' | 'sweep --output-padding') takes=A ;;
        'sweep -n' | 'sweep --n' | 'sweep --size') takes=N ;;
        'sweep --op') takes=OP ;;
        'sweep --where') takes=CONDITION ;;
        'sweep -f' | 'sweep --format') takes=ROWS ;;
        'sweep -o' | 'sweep --output') takes=FILE ;;
        'explain -f' | 'explain --format') takes=FORMAT ;;
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
            ' '0) takes=COMMAND ;;
            'net '0) takes=FILE ;;
            'completions '0) takes=SHELL ;;
        esac
    fi
    [[ $before == *[\<\>] ]] && takes=FILE

    case $takes in
        # Its own file names bash quotes, and ends with / where they are folders.
        FILE) compopt -o default 2>/dev/null ;;
        COMMAND) offer='out equiv draw port solve net sweep explain completions' ;;
        K) offer='1 3 5 7' ;;
        S) offer='1 2 3' ;;
        P) offer='0 1 2 3 valid same same-lower half full causal' ;;
        D) offer='1 2' ;;
        A) offer='0 1' ;;
        N) offer='32 64 224' ;;
        OP) offer='conv deconv maxpool avgpool transposed pool' ;;
        SOURCE) offer='conv deconv' ;;
        DIALECT) offer='pytorch keras flax jax onnx' ;;
        FRAMEWORK) offer='pytorch keras flax jax onnx' ;;
        TARGET) offer='pytorch keras flax jax onnx all' ;;
        FORMAT) offer='table text markdown latex html json csv' ;;
        ROWS) offer='table text markdown latex html json csv jsonl' ;;
        IMAGE) offer='3x224x224 3x32x32 1x28x28 3x512x512' ;;
        RANGE) offer='1..1024 1..256' ;;
        SHELL) offer='bash zsh fish powershell' ;;
        VIEW) offer='gather scatter' ;;
        PROJECTION) offer='flat isometric' ;;
        FIGURE) offer='list no_padding_no_strides arbitrary_padding_no_strides same_padding_no_strides full_padding_no_strides no_padding_strides padding_strides padding_strides_odd no_padding_no_strides_transposed arbitrary_padding_no_strides_transposed same_padding_no_strides_transposed full_padding_no_strides_transposed no_padding_strides_transposed padding_strides_transposed padding_strides_odd_transposed dilation numerical_no_padding_no_strides numerical_padding_strides numerical_average_pooling numerical_max_pooling' ;;
        '')
            case $command in
                '') offer='-V --version -h --help' ;;
                out) offer='-k --k --kernel -s --s --stride -p --p --padding -d --d --dilation -a --a --output-padding -n --n --size --op --ceil --prove --seed -f --format -q --quiet --dialect --opset -h --help' ;;
                equiv) offer='-k --k --kernel -s --s --stride -p --p --padding -d --d --dilation -a --a --output-padding -n --n --size --from --prove --seed -f --format -q --quiet --dialect --opset -h --help' ;;
                draw) offer='-k --k --kernel -s --s --stride -p --p --padding -d --d --dilation -a --a --output-padding -n --n --size --op --ceil --view --projection --values --figure --animate --frame -o --output --force --dialect --opset -h --help' ;;
                port) offer='--to -n --n --size -k --k --kernel -f --format -q --quiet --dialect --opset -h --help' ;;
                solve) offer='-n --n --size --out --output-size --pairs --op -k --k --kernel -s --s --stride -p --p --padding -d --d --dilation -a --a --output-padding --asymmetric --ceil --to --limit -f --format -q --quiet -h --help' ;;
                net) offer='-n --n --size --sizes --at --layer --expect --identity --dim -f --format -q --quiet -o --output --force -h --help' ;;
                sweep) offer='-k --k --kernel -s --s --stride -p --p --padding -d --d --dilation -a --a --output-padding -n --n --size --op --ceil --where -f --format -q --quiet -o --output --force -h --help' ;;
                explain) offer='-f --format -q --quiet -h --help' ;;
                completions) offer='-h --help' ;;
            esac
            ;;
    esac
    COMPREPLY=($(compgen -P "$lead" -W "$offer" -- "$current"))
}

# The order of the values means something; bash before 4.4 can only sort them.
complete -o nosort -F _convcalc convcalc 2>/dev/null || complete -F _convcalc convcalc
