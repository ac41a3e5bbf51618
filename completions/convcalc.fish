# TAB completion of convcalc in fish. Written by completions/generate.py: do not edit.

# Whether the cursor is in a command, and, if a place is given, at that argument of it.
function __convcalc_at --argument-names command place
    set -l words (commandline -opc)
    test "$words[2]" = "$command"; or return
    test -n "$place"; or return 0
    # The options of the command whose next word is their value, and no argument.
    set -l valued
    switch $command
        case net
            set valued -n --n --size --sizes --at --layer --expect --identity --dim -f --format -o --output
        case completions
            set valued
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
        case COMMAND
            echo out\t'What size comes out of a layer, and why?'
            echo equiv\t'Which paddings of conv and deconv match, and are they the same?'
            echo draw\t'What does it look like?'
            echo port\t'What is this layer in another framework, exactly?'
            echo solve\t'Which parameters take me from this size to that one?'
            echo net\t'What does a whole network do to sizes, and what does it cost?'
            echo sweep\t'How does the size vary over many settings?'
            echo explain\t'What does this error message want from me?'
            echo completions\t'How does TAB complete all this in my shell?'
        case K
            echo 1\t'one tap: mixes channels only'
            echo 3\t'three taps, the usual'
            echo 5\t'five taps'
            echo 7\t'seven taps, as in first layers'
        case S
            echo 1\t'every position'
            echo 2\t'halves the size; a deconvolution\'s doubles it'
            echo 3\t'a third of the size; a deconvolution\'s triples it'
        case P
            echo 0\t'none'
            echo 1\t'keeps the size where k = 3, s = 1'
            echo 2\t'keeps the size where k = 5, s = 1'
            echo 3\t'keeps the size where k = 7, s = 1'
            echo valid\t'no padding'
            echo same\t'output n/s rounded up, extra cell at the end (TensorFlow, ONNX SAME_UPPER)'
            echo same-lower\t'as same, extra cell at the beginning (ONNX SAME_LOWER)'
            echo half\t'floor(k/2) on each side'
            echo full\t'k_e-1 on each side'
            echo causal\t'k_e-1 before, nothing after'
        case D
            echo 1\t'taps side by side'
            echo 2\t'every other cell'
        case A
            echo 0\t'none'
            echo 1\t'restores an even size that stride 2 has halved'
        case N
            echo 32\t'CIFAR'
            echo 64\t'Tiny ImageNet'
            echo 224\t'ImageNet'
        case OP
            echo conv\t'convolution'
            echo deconv\t'transposed convolution'
            echo maxpool\t'max pooling'
            echo avgpool\t'average pooling'
            echo transposed\t'transposed convolution, as deconv'
            echo pool\t'max pooling, as maxpool'
        case SOURCE
            echo conv\t'the given padding is a convolution\'s'
            echo deconv\t'the given padding is a transposed convolution\'s'
        case DIALECT
            echo pytorch\t'PyTorch'
            echo keras\t'Keras'
            echo flax\t'Flax'
            echo jax\t'jax.lax'
            echo onnx\t'ONNX'
        case FRAMEWORK
            echo pytorch\t'PyTorch'
            echo keras\t'Keras'
            echo flax\t'Flax'
            echo jax\t'jax.lax'
            echo onnx\t'ONNX'
        case TARGET
            echo pytorch\t'PyTorch'
            echo keras\t'Keras'
            echo flax\t'Flax'
            echo jax\t'jax.lax'
            echo onnx\t'ONNX'
            echo all\t'every framework, compared in a table'
        case FORMAT
            echo table\t'tables with boxes, coloured on a terminal'
            echo text\t'plain aligned text'
            echo markdown\t'Markdown with tables'
            echo latex\t'LaTeX to paste (needs amsmath)'
            echo html\t'HTML to paste, as notebooks show it'
            echo json\t'for machines'
            echo csv\t'for spreadsheets'
        case ROWS
            echo table\t'tables with boxes, coloured on a terminal'
            echo text\t'plain aligned text'
            echo markdown\t'Markdown with tables'
            echo latex\t'LaTeX to paste (needs amsmath)'
            echo html\t'HTML to paste, as notebooks show it'
            echo json\t'for machines'
            echo csv\t'for spreadsheets'
            echo jsonl\t'a JSON object on each line'
        case IMAGE
            echo 3x224x224\t'ImageNet'
            echo 3x32x32\t'CIFAR'
            echo 1x28x28\t'MNIST'
            echo 3x512x512\t'a large square'
        case RANGE
            echo 1..1024\t'every square input up to 1024'
            echo 1..256\t'every one up to 256'
        case SHELL
            echo bash\t'convcalc.bash'
            echo zsh\t'_convcalc'
            echo fish\t'convcalc.fish'
            echo powershell\t'convcalc.ps1'
        case VIEW
            echo gather\t'the stretched and padded input under a sliding kernel'
            echo scatter\t'every input stamps the kernel into the output'
        case PROJECTION
            echo flat\t'input and output side by side'
            echo isometric\t'input below, output above, as in the guide\'s figures'
        case FIGURE
            echo list\t'all of them'
            echo no_padding_no_strides\t'figure of the guide'
            echo arbitrary_padding_no_strides\t'figure of the guide'
            echo same_padding_no_strides\t'figure of the guide'
            echo full_padding_no_strides\t'figure of the guide'
            echo no_padding_strides\t'figure of the guide'
            echo padding_strides\t'figure of the guide'
            echo padding_strides_odd\t'figure of the guide'
            echo no_padding_no_strides_transposed\t'figure of the guide'
            echo arbitrary_padding_no_strides_transposed\t'figure of the guide'
            echo same_padding_no_strides_transposed\t'figure of the guide'
            echo full_padding_no_strides_transposed\t'figure of the guide'
            echo no_padding_strides_transposed\t'figure of the guide'
            echo padding_strides_transposed\t'figure of the guide'
            echo padding_strides_odd_transposed\t'figure of the guide'
            echo dilation\t'figure of the guide'
            echo numerical_no_padding_no_strides\t'figure of the guide'
            echo numerical_padding_strides\t'figure of the guide'
            echo numerical_average_pooling\t'figure of the guide'
            echo numerical_max_pooling\t'figure of the guide'
    end
end

complete -c convcalc -e
complete -c convcalc -f

complete -c convcalc -n '__convcalc_at "" "0"' -xka '(__convcalc_values COMMAND)'
complete -c convcalc -n '__convcalc_at ""' -s V -l version -d 'Print the version'
complete -c convcalc -n '__convcalc_at ""' -s h -l help -d 'Show this message and exit'

complete -c convcalc -n '__convcalc_at "out"' -s k -l k -l kernel -xka '(__convcalc_values K)' -d 'Kernel size'
complete -c convcalc -n '__convcalc_at "out"' -s s -l s -l stride -xka '(__convcalc_values S)' -d 'Stride'
complete -c convcalc -n '__convcalc_at "out"' -s p -l p -l padding -xka '(__convcalc_values P)' -d 'Padding of each side'
complete -c convcalc -n '__convcalc_at "out"' -s d -l d -l dilation -xka '(__convcalc_values D)' -d 'Dilation'
complete -c convcalc -n '__convcalc_at "out"' -s a -l a -l output-padding -xka '(__convcalc_values A)' -d 'Output padding of a transposed convolution'
complete -c convcalc -n '__convcalc_at "out"' -s n -l n -l size -xka '(__convcalc_values N)' -d 'Input size, spatial axes only'
complete -c convcalc -n '__convcalc_at "out"' -l op -xka '(__convcalc_values OP)' -d 'Operation'
complete -c convcalc -n '__convcalc_at "out"' -l ceil -d 'Ceil mode of a pool'
complete -c convcalc -n '__convcalc_at "out"' -l prove -d 'Run it on random integers in ways that share no code'
complete -c convcalc -n '__convcalc_at "out"' -l seed -x -d 'Seed of the integers of --prove'
complete -c convcalc -n '__convcalc_at "out"' -s f -l format -xka '(__convcalc_values FORMAT)' -d 'table, text, markdown, latex, html, json, csv'
complete -c convcalc -n '__convcalc_at "out"' -s q -l quiet -d 'Print the bare answer only'
complete -c convcalc -n '__convcalc_at "out"' -l dialect -xka '(__convcalc_values DIALECT)' -d 'Whose words LAYER is in'
complete -c convcalc -n '__convcalc_at "out"' -l opset -x -d 'Opset of an ONNX node'
complete -c convcalc -n '__convcalc_at "out"' -s h -l help -d 'Show this message and exit'

complete -c convcalc -n '__convcalc_at "equiv"' -s k -l k -l kernel -xka '(__convcalc_values K)' -d 'Kernel size'
complete -c convcalc -n '__convcalc_at "equiv"' -s s -l s -l stride -xka '(__convcalc_values S)' -d 'Stride'
complete -c convcalc -n '__convcalc_at "equiv"' -s p -l p -l padding -xka '(__convcalc_values P)' -d 'Padding of each side'
complete -c convcalc -n '__convcalc_at "equiv"' -s d -l d -l dilation -xka '(__convcalc_values D)' -d 'Dilation'
complete -c convcalc -n '__convcalc_at "equiv"' -s a -l a -l output-padding -xka '(__convcalc_values A)' -d 'Output padding of a transposed convolution'
complete -c convcalc -n '__convcalc_at "equiv"' -s n -l n -l size -xka '(__convcalc_values N)' -d 'Input size, spatial axes only'
complete -c convcalc -n '__convcalc_at "equiv"' -l from -xka '(__convcalc_values SOURCE)' -d 'Whose padding is given'
complete -c convcalc -n '__convcalc_at "equiv"' -l prove -d 'Run it on random integers in ways that share no code'
complete -c convcalc -n '__convcalc_at "equiv"' -l seed -x -d 'Seed of the integers of --prove'
complete -c convcalc -n '__convcalc_at "equiv"' -s f -l format -xka '(__convcalc_values FORMAT)' -d 'table, text, markdown, latex, html, json, csv'
complete -c convcalc -n '__convcalc_at "equiv"' -s q -l quiet -d 'Print the bare answer only'
complete -c convcalc -n '__convcalc_at "equiv"' -l dialect -xka '(__convcalc_values DIALECT)' -d 'Whose words LAYER is in'
complete -c convcalc -n '__convcalc_at "equiv"' -l opset -x -d 'Opset of an ONNX node'
complete -c convcalc -n '__convcalc_at "equiv"' -s h -l help -d 'Show this message and exit'

complete -c convcalc -n '__convcalc_at "draw"' -s k -l k -l kernel -xka '(__convcalc_values K)' -d 'Kernel size'
complete -c convcalc -n '__convcalc_at "draw"' -s s -l s -l stride -xka '(__convcalc_values S)' -d 'Stride'
complete -c convcalc -n '__convcalc_at "draw"' -s p -l p -l padding -xka '(__convcalc_values P)' -d 'Padding of each side'
complete -c convcalc -n '__convcalc_at "draw"' -s d -l d -l dilation -xka '(__convcalc_values D)' -d 'Dilation'
complete -c convcalc -n '__convcalc_at "draw"' -s a -l a -l output-padding -xka '(__convcalc_values A)' -d 'Output padding of a transposed convolution'
complete -c convcalc -n '__convcalc_at "draw"' -s n -l n -l size -xka '(__convcalc_values N)' -d 'Input size, spatial axes only'
complete -c convcalc -n '__convcalc_at "draw"' -l op -xka '(__convcalc_values OP)' -d 'Operation'
complete -c convcalc -n '__convcalc_at "draw"' -l ceil -d 'Ceil mode of a pool'
complete -c convcalc -n '__convcalc_at "draw"' -l view -xka '(__convcalc_values VIEW)' -d 'gather or scatter'
complete -c convcalc -n '__convcalc_at "draw"' -l projection -xka '(__convcalc_values PROJECTION)' -d 'flat or isometric'
complete -c convcalc -n '__convcalc_at "draw"' -l values -d 'Write numbers into the cells and the sum of products'
complete -c convcalc -n '__convcalc_at "draw"' -l figure -xka '(__convcalc_values FIGURE)' -d 'A figure of the guide'
complete -c convcalc -n '__convcalc_at "draw"' -l animate -d 'Animate, in the terminal or in an SVG file'
complete -c convcalc -n '__convcalc_at "draw"' -l frame -x -d 'Draw position I alone, counted from 0'
complete -c convcalc -n '__convcalc_at "draw"' -s o -l output -rF -d 'Write a file'
complete -c convcalc -n '__convcalc_at "draw"' -l force -d 'Replace the file if it exists'
complete -c convcalc -n '__convcalc_at "draw"' -l dialect -xka '(__convcalc_values DIALECT)' -d 'Whose words LAYER is in'
complete -c convcalc -n '__convcalc_at "draw"' -l opset -x -d 'Opset of an ONNX node'
complete -c convcalc -n '__convcalc_at "draw"' -s h -l help -d 'Show this message and exit'

complete -c convcalc -n '__convcalc_at "port"' -l to -xka '(__convcalc_values TARGET)' -d 'pytorch, keras, flax, jax, onnx, all'
complete -c convcalc -n '__convcalc_at "port"' -s n -l n -l size -xka '(__convcalc_values N)' -d 'Input size, spatial axes only'
complete -c convcalc -n '__convcalc_at "port"' -s k -l k -l kernel -xka '(__convcalc_values K)' -d 'Kernel size'
complete -c convcalc -n '__convcalc_at "port"' -s f -l format -xka '(__convcalc_values FORMAT)' -d 'table, text, markdown, latex, html, json, csv'
complete -c convcalc -n '__convcalc_at "port"' -s q -l quiet -d 'Print the bare answer only'
complete -c convcalc -n '__convcalc_at "port"' -l dialect -xka '(__convcalc_values DIALECT)' -d 'Whose words LAYER is in'
complete -c convcalc -n '__convcalc_at "port"' -l opset -x -d 'Opset of an ONNX node'
complete -c convcalc -n '__convcalc_at "port"' -s h -l help -d 'Show this message and exit'

complete -c convcalc -n '__convcalc_at "solve"' -s n -l n -l size -xka '(__convcalc_values N)' -d 'Input size, spatial axes only'
complete -c convcalc -n '__convcalc_at "solve"' -l out -l output-size -xka '(__convcalc_values N)' -d 'Output size'
complete -c convcalc -n '__convcalc_at "solve"' -l pairs -x -d 'Sizes that one layer must take'
complete -c convcalc -n '__convcalc_at "solve"' -l op -xka '(__convcalc_values OP)' -d 'Operation'
complete -c convcalc -n '__convcalc_at "solve"' -s k -l k -l kernel -xka '(__convcalc_values K)' -d 'Kernel size'
complete -c convcalc -n '__convcalc_at "solve"' -s s -l s -l stride -xka '(__convcalc_values S)' -d 'Stride, or a range'
complete -c convcalc -n '__convcalc_at "solve"' -s p -l p -l padding -xka '(__convcalc_values P)' -d 'Padding of each side, or a range'
complete -c convcalc -n '__convcalc_at "solve"' -s d -l d -l dilation -xka '(__convcalc_values D)' -d 'Dilation, or a range'
complete -c convcalc -n '__convcalc_at "solve"' -s a -l a -l output-padding -xka '(__convcalc_values A)' -d 'Output padding of a transposed convolution, or a range'
complete -c convcalc -n '__convcalc_at "solve"' -l asymmetric -d 'Let the padding before and after differ'
complete -c convcalc -n '__convcalc_at "solve"' -l ceil -d 'Ceil mode of a pool'
complete -c convcalc -n '__convcalc_at "solve"' -l to -xka '(__convcalc_values FRAMEWORK)' -d 'Print the layers as code, single layers first'
complete -c convcalc -n '__convcalc_at "solve"' -l limit -x -d 'How many solutions to show'
complete -c convcalc -n '__convcalc_at "solve"' -s f -l format -xka '(__convcalc_values FORMAT)' -d 'table, text, markdown, latex, html, json, csv'
complete -c convcalc -n '__convcalc_at "solve"' -s q -l quiet -d 'Print the bare answer only'
complete -c convcalc -n '__convcalc_at "solve"' -s h -l help -d 'Show this message and exit'

complete -c convcalc -n '__convcalc_at "net" "0"' -rF
complete -c convcalc -n '__convcalc_at "net"' -s n -l n -l size -xka '(__convcalc_values IMAGE)' -d 'Input size with channels, as 3x224x224'
complete -c convcalc -n '__convcalc_at "net"' -l sizes -xka '(__convcalc_values RANGE)' -d 'Which sizes run'
complete -c convcalc -n '__convcalc_at "net"' -l at -x -d 'Input cells that the output cell at POSITION sees, and outputs that the input cell there reaches'
complete -c convcalc -n '__convcalc_at "net"' -l layer -x -d 'The layer of --at'
complete -c convcalc -n '__convcalc_at "net"' -l expect -x -d 'Exit 1 unless the output is this, as 64x56x56'
complete -c convcalc -n '__convcalc_at "net"' -l identity -x -d 'Declare a layer that changes no shape'
complete -c convcalc -n '__convcalc_at "net"' -l dim -x -d 'The size of an open dimension of an ONNX file, as batch=1'
complete -c convcalc -n '__convcalc_at "net"' -s f -l format -xka '(__convcalc_values FORMAT)' -d 'table, text, markdown, latex, html, json, csv'
complete -c convcalc -n '__convcalc_at "net"' -s q -l quiet -d 'Print the bare answer only'
complete -c convcalc -n '__convcalc_at "net"' -s o -l output -rF -d 'Write a picture'
complete -c convcalc -n '__convcalc_at "net"' -l force -d 'Replace the file if it exists'
complete -c convcalc -n '__convcalc_at "net"' -s h -l help -d 'Show this message and exit'

complete -c convcalc -n '__convcalc_at "sweep"' -s k -l k -l kernel -xka '(__convcalc_values K)' -d 'Kernel sizes'
complete -c convcalc -n '__convcalc_at "sweep"' -s s -l s -l stride -xka '(__convcalc_values S)' -d 'Strides'
complete -c convcalc -n '__convcalc_at "sweep"' -s p -l p -l padding -xka '(__convcalc_values P)' -d 'Paddings'
complete -c convcalc -n '__convcalc_at "sweep"' -s d -l d -l dilation -xka '(__convcalc_values D)' -d 'Dilations'
complete -c convcalc -n '__convcalc_at "sweep"' -s a -l a -l output-padding -xka '(__convcalc_values A)' -d 'Output paddings of a transposed convolution'
complete -c convcalc -n '__convcalc_at "sweep"' -s n -l n -l size -xka '(__convcalc_values N)' -d 'Input sizes'
complete -c convcalc -n '__convcalc_at "sweep"' -l op -xka '(__convcalc_values OP)' -d 'Operation'
complete -c convcalc -n '__convcalc_at "sweep"' -l ceil -d 'Ceil mode of a pool'
complete -c convcalc -n '__convcalc_at "sweep"' -l where -x -d 'Keep the rows for which it holds, as \'out > 0 and n % s == 0\''
complete -c convcalc -n '__convcalc_at "sweep"' -s f -l format -xka '(__convcalc_values ROWS)' -d 'table, text, markdown, latex, html, json, csv, jsonl'
complete -c convcalc -n '__convcalc_at "sweep"' -s q -l quiet -d 'Print the bare answer only'
complete -c convcalc -n '__convcalc_at "sweep"' -s o -l output -rF -d 'Write a file'
complete -c convcalc -n '__convcalc_at "sweep"' -l force -d 'Replace the file if it exists'
complete -c convcalc -n '__convcalc_at "sweep"' -s h -l help -d 'Show this message and exit'

complete -c convcalc -n '__convcalc_at "explain"' -s f -l format -xka '(__convcalc_values FORMAT)' -d 'table, text, markdown, latex, html, json, csv'
complete -c convcalc -n '__convcalc_at "explain"' -s q -l quiet -d 'Print the bare answer only'
complete -c convcalc -n '__convcalc_at "explain"' -s h -l help -d 'Show this message and exit'

complete -c convcalc -n '__convcalc_at "completions" "0"' -xka '(__convcalc_values SHELL)'
complete -c convcalc -n '__convcalc_at "completions"' -s h -l help -d 'Show this message and exit'
