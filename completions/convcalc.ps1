# TAB completion of convcalc in PowerShell. Written by completions/generate.py: do not edit.

Register-ArgumentCompleter -Native -CommandName convcalc -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $options = @'
command,name,takes,help
,-V,,Print the version
,--version,,Print the version
,-h,,Show this message and exit
,--help,,Show this message and exit
out,-k,K,Kernel size
out,--k,K,Kernel size
out,--kernel,K,Kernel size
out,-s,S,Stride
out,--s,S,Stride
out,--stride,S,Stride
out,-p,P,Padding of each side
out,--p,P,Padding of each side
out,--padding,P,Padding of each side
out,-d,D,Dilation
out,--d,D,Dilation
out,--dilation,D,Dilation
out,-a,A,Output padding of a transposed convolution
out,--a,A,Output padding of a transposed convolution
out,--output-padding,A,Output padding of a transposed convolution
out,-n,N,"Input size, spatial axes only"
out,--n,N,"Input size, spatial axes only"
out,--size,N,"Input size, spatial axes only"
out,--op,OP,Operation
out,--ceil,,Ceil mode of a pool
out,--prove,,Run it on random integers in ways that share no code
out,--seed,SEED,Seed of the integers of --prove
out,-f,FORMAT,"table, text, markdown, latex, html, json, csv"
out,--format,FORMAT,"table, text, markdown, latex, html, json, csv"
out,-q,,Print the bare answer only
out,--quiet,,Print the bare answer only
out,--dialect,DIALECT,Whose words LAYER is in
out,--opset,OPSET,Opset of an ONNX node
out,-h,,Show this message and exit
out,--help,,Show this message and exit
equiv,-k,K,Kernel size
equiv,--k,K,Kernel size
equiv,--kernel,K,Kernel size
equiv,-s,S,Stride
equiv,--s,S,Stride
equiv,--stride,S,Stride
equiv,-p,P,Padding of each side
equiv,--p,P,Padding of each side
equiv,--padding,P,Padding of each side
equiv,-d,D,Dilation
equiv,--d,D,Dilation
equiv,--dilation,D,Dilation
equiv,-a,A,Output padding of a transposed convolution
equiv,--a,A,Output padding of a transposed convolution
equiv,--output-padding,A,Output padding of a transposed convolution
equiv,-n,N,"Input size, spatial axes only"
equiv,--n,N,"Input size, spatial axes only"
equiv,--size,N,"Input size, spatial axes only"
equiv,--from,SOURCE,Whose padding is given
equiv,--prove,,Run it on random integers in ways that share no code
equiv,--seed,SEED,Seed of the integers of --prove
equiv,-f,FORMAT,"table, text, markdown, latex, html, json, csv"
equiv,--format,FORMAT,"table, text, markdown, latex, html, json, csv"
equiv,-q,,Print the bare answer only
equiv,--quiet,,Print the bare answer only
equiv,--dialect,DIALECT,Whose words LAYER is in
equiv,--opset,OPSET,Opset of an ONNX node
equiv,-h,,Show this message and exit
equiv,--help,,Show this message and exit
draw,-k,K,Kernel size
draw,--k,K,Kernel size
draw,--kernel,K,Kernel size
draw,-s,S,Stride
draw,--s,S,Stride
draw,--stride,S,Stride
draw,-p,P,Padding of each side
draw,--p,P,Padding of each side
draw,--padding,P,Padding of each side
draw,-d,D,Dilation
draw,--d,D,Dilation
draw,--dilation,D,Dilation
draw,-a,A,Output padding of a transposed convolution
draw,--a,A,Output padding of a transposed convolution
draw,--output-padding,A,Output padding of a transposed convolution
draw,-n,N,"Input size, spatial axes only"
draw,--n,N,"Input size, spatial axes only"
draw,--size,N,"Input size, spatial axes only"
draw,--op,OP,Operation
draw,--ceil,,Ceil mode of a pool
draw,--view,VIEW,gather or scatter
draw,--projection,PROJECTION,flat or isometric
draw,--values,,Write numbers into the cells and the sum of products
draw,--figure,FIGURE,A figure of the guide
draw,--animate,,"Animate, in the terminal or in an SVG file"
draw,--frame,I,"Draw position I alone, counted from 0"
draw,-o,FILE,Write a file
draw,--output,FILE,Write a file
draw,--force,,Replace the file if it exists
draw,--dialect,DIALECT,Whose words LAYER is in
draw,--opset,OPSET,Opset of an ONNX node
draw,-h,,Show this message and exit
draw,--help,,Show this message and exit
port,--to,TARGET,"pytorch, keras, flax, jax, onnx, all"
port,-n,N,"Input size, spatial axes only"
port,--n,N,"Input size, spatial axes only"
port,--size,N,"Input size, spatial axes only"
port,-k,K,Kernel size
port,--k,K,Kernel size
port,--kernel,K,Kernel size
port,-f,FORMAT,"table, text, markdown, latex, html, json, csv"
port,--format,FORMAT,"table, text, markdown, latex, html, json, csv"
port,-q,,Print the bare answer only
port,--quiet,,Print the bare answer only
port,--dialect,DIALECT,Whose words LAYER is in
port,--opset,OPSET,Opset of an ONNX node
port,-h,,Show this message and exit
port,--help,,Show this message and exit
solve,-n,N,"Input size, spatial axes only"
solve,--n,N,"Input size, spatial axes only"
solve,--size,N,"Input size, spatial axes only"
solve,--out,N,Output size
solve,--output-size,N,Output size
solve,--pairs,PAIRS,Sizes that one layer must take
solve,--op,OP,Operation
solve,-k,K,Kernel size
solve,--k,K,Kernel size
solve,--kernel,K,Kernel size
solve,-s,S,"Stride, or a range"
solve,--s,S,"Stride, or a range"
solve,--stride,S,"Stride, or a range"
solve,-p,P,"Padding of each side, or a range"
solve,--p,P,"Padding of each side, or a range"
solve,--padding,P,"Padding of each side, or a range"
solve,-d,D,"Dilation, or a range"
solve,--d,D,"Dilation, or a range"
solve,--dilation,D,"Dilation, or a range"
solve,-a,A,"Output padding of a transposed convolution, or a range"
solve,--a,A,"Output padding of a transposed convolution, or a range"
solve,--output-padding,A,"Output padding of a transposed convolution, or a range"
solve,--asymmetric,,Let the padding before and after differ
solve,--ceil,,Ceil mode of a pool
solve,--to,FRAMEWORK,"Print the layers as code, single layers first"
solve,--limit,COUNT,How many solutions to show
solve,-f,FORMAT,"table, text, markdown, latex, html, json, csv"
solve,--format,FORMAT,"table, text, markdown, latex, html, json, csv"
solve,-q,,Print the bare answer only
solve,--quiet,,Print the bare answer only
solve,-h,,Show this message and exit
solve,--help,,Show this message and exit
net,-n,IMAGE,"Input size with channels, as 3x224x224"
net,--n,IMAGE,"Input size with channels, as 3x224x224"
net,--size,IMAGE,"Input size with channels, as 3x224x224"
net,--sizes,RANGE,Which sizes run
net,--at,POSITION,"Input cells that the output cell at POSITION sees, and outputs that the input cell there reaches"
net,--layer,NAME,The layer of --at
net,--expect,SHAPE,"Exit 1 unless the output is this, as 64x56x56"
net,--identity,NAME,Declare a layer that changes no shape
net,--dim,DIM,"The size of an open dimension of an ONNX file, as batch=1"
net,-f,FORMAT,"table, text, markdown, latex, html, json, csv"
net,--format,FORMAT,"table, text, markdown, latex, html, json, csv"
net,-q,,Print the bare answer only
net,--quiet,,Print the bare answer only
net,-o,FILE,Write a picture
net,--output,FILE,Write a picture
net,--force,,Replace the file if it exists
net,-h,,Show this message and exit
net,--help,,Show this message and exit
sweep,-k,K,Kernel sizes
sweep,--k,K,Kernel sizes
sweep,--kernel,K,Kernel sizes
sweep,-s,S,Strides
sweep,--s,S,Strides
sweep,--stride,S,Strides
sweep,-p,P,Paddings
sweep,--p,P,Paddings
sweep,--padding,P,Paddings
sweep,-d,D,Dilations
sweep,--d,D,Dilations
sweep,--dilation,D,Dilations
sweep,-a,A,Output paddings of a transposed convolution
sweep,--a,A,Output paddings of a transposed convolution
sweep,--output-padding,A,Output paddings of a transposed convolution
sweep,-n,N,Input sizes
sweep,--n,N,Input sizes
sweep,--size,N,Input sizes
sweep,--op,OP,Operation
sweep,--ceil,,Ceil mode of a pool
sweep,--where,CONDITION,"Keep the rows for which it holds, as 'out > 0 and n % s == 0'"
sweep,-f,ROWS,"table, text, markdown, latex, html, json, csv, jsonl"
sweep,--format,ROWS,"table, text, markdown, latex, html, json, csv, jsonl"
sweep,-q,,Print the bare answer only
sweep,--quiet,,Print the bare answer only
sweep,-o,FILE,Write a file
sweep,--output,FILE,Write a file
sweep,--force,,Replace the file if it exists
sweep,-h,,Show this message and exit
sweep,--help,,Show this message and exit
explain,-f,FORMAT,"table, text, markdown, latex, html, json, csv"
explain,--format,FORMAT,"table, text, markdown, latex, html, json, csv"
explain,-q,,Print the bare answer only
explain,--quiet,,Print the bare answer only
explain,-h,,Show this message and exit
explain,--help,,Show this message and exit
completions,-h,,Show this message and exit
completions,--help,,Show this message and exit
'@ | ConvertFrom-Csv

    $arguments = @'
command,place,takes
,0,COMMAND
net,0,FILE
completions,0,SHELL
'@ | ConvertFrom-Csv

    $values = @'
metavar,name,help
COMMAND,out,"What size comes out of a layer, and why?"
COMMAND,equiv,"Which paddings of conv and deconv match, and are they the same?"
COMMAND,draw,What does it look like?
COMMAND,port,"What is this layer in another framework, exactly?"
COMMAND,solve,Which parameters take me from this size to that one?
COMMAND,net,"What does a whole network do to sizes, and what does it cost?"
COMMAND,sweep,How does the size vary over many settings?
COMMAND,explain,What does this error message want from me?
COMMAND,completions,How does TAB complete all this in my shell?
K,1,one tap: mixes channels only
K,3,"three taps, the usual"
K,5,five taps
K,7,"seven taps, as in first layers"
S,1,every position
S,2,halves the size; a deconvolution's doubles it
S,3,a third of the size; a deconvolution's triples it
P,0,none
P,1,"keeps the size where k = 3, s = 1"
P,2,"keeps the size where k = 5, s = 1"
P,3,"keeps the size where k = 7, s = 1"
P,valid,no padding
P,same,"output n/s rounded up, extra cell at the end (TensorFlow, ONNX SAME_UPPER)"
P,same-lower,"as same, extra cell at the beginning (ONNX SAME_LOWER)"
P,half,floor(k/2) on each side
P,full,k_e-1 on each side
P,causal,"k_e-1 before, nothing after"
D,1,taps side by side
D,2,every other cell
A,0,none
A,1,restores an even size that stride 2 has halved
N,32,CIFAR
N,64,Tiny ImageNet
N,224,ImageNet
OP,conv,convolution
OP,deconv,transposed convolution
OP,maxpool,max pooling
OP,avgpool,average pooling
OP,transposed,"transposed convolution, as deconv"
OP,pool,"max pooling, as maxpool"
SOURCE,conv,the given padding is a convolution's
SOURCE,deconv,the given padding is a transposed convolution's
DIALECT,pytorch,PyTorch
DIALECT,keras,Keras
DIALECT,flax,Flax
DIALECT,jax,jax.lax
DIALECT,onnx,ONNX
FRAMEWORK,pytorch,PyTorch
FRAMEWORK,keras,Keras
FRAMEWORK,flax,Flax
FRAMEWORK,jax,jax.lax
FRAMEWORK,onnx,ONNX
TARGET,pytorch,PyTorch
TARGET,keras,Keras
TARGET,flax,Flax
TARGET,jax,jax.lax
TARGET,onnx,ONNX
TARGET,all,"every framework, compared in a table"
FORMAT,table,"tables with boxes, coloured on a terminal"
FORMAT,text,plain aligned text
FORMAT,markdown,Markdown with tables
FORMAT,latex,LaTeX to paste (needs amsmath)
FORMAT,html,"HTML to paste, as notebooks show it"
FORMAT,json,for machines
FORMAT,csv,for spreadsheets
ROWS,table,"tables with boxes, coloured on a terminal"
ROWS,text,plain aligned text
ROWS,markdown,Markdown with tables
ROWS,latex,LaTeX to paste (needs amsmath)
ROWS,html,"HTML to paste, as notebooks show it"
ROWS,json,for machines
ROWS,csv,for spreadsheets
ROWS,jsonl,a JSON object on each line
IMAGE,3x224x224,ImageNet
IMAGE,3x32x32,CIFAR
IMAGE,1x28x28,MNIST
IMAGE,3x512x512,a large square
RANGE,1..1024,every square input up to 1024
RANGE,1..256,every one up to 256
SHELL,bash,convcalc.bash
SHELL,zsh,_convcalc
SHELL,fish,convcalc.fish
SHELL,powershell,convcalc.ps1
VIEW,gather,the stretched and padded input under a sliding kernel
VIEW,scatter,every input stamps the kernel into the output
PROJECTION,flat,input and output side by side
PROJECTION,isometric,"input below, output above, as in the guide's figures"
FIGURE,list,all of them
FIGURE,no_padding_no_strides,figure of the guide
FIGURE,arbitrary_padding_no_strides,figure of the guide
FIGURE,same_padding_no_strides,figure of the guide
FIGURE,full_padding_no_strides,figure of the guide
FIGURE,no_padding_strides,figure of the guide
FIGURE,padding_strides,figure of the guide
FIGURE,padding_strides_odd,figure of the guide
FIGURE,no_padding_no_strides_transposed,figure of the guide
FIGURE,arbitrary_padding_no_strides_transposed,figure of the guide
FIGURE,same_padding_no_strides_transposed,figure of the guide
FIGURE,full_padding_no_strides_transposed,figure of the guide
FIGURE,no_padding_strides_transposed,figure of the guide
FIGURE,padding_strides_transposed,figure of the guide
FIGURE,padding_strides_odd_transposed,figure of the guide
FIGURE,dilation,figure of the guide
FIGURE,numerical_no_padding_no_strides,figure of the guide
FIGURE,numerical_padding_strides,figure of the guide
FIGURE,numerical_average_pooling,figure of the guide
FIGURE,numerical_max_pooling,figure of the guide
'@ | ConvertFrom-Csv

    $current = "$wordToComplete"
    $command = ''
    $takes = ''
    $lead = ''
    $count = 0
    $before = $commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition }
    foreach ($element in $before) {
        $word = $element.ToString()
        if ($takes) { $takes = '' }
        elseif ($word.StartsWith('-')) {
            $takes = $options |
                Where-Object { $_.command -ceq $command -and $_.name -ceq $word } |
                ForEach-Object takes
        }
        elseif (-not $command) { $command = $word }
        else { $count++ }
    }
    if (-not $takes -and $current -cmatch '^(--[^=]+)=(.*)$') {
        $name = $Matches[1]
        $lead = "$name="
        $current = $Matches[2]
        $takes = $options |
            Where-Object { $_.command -ceq $command -and $_.name -ceq $name } |
            ForEach-Object takes
    }
    if (-not $takes -and -not $current.StartsWith('-')) {
        $takes = $arguments |
            Where-Object { $_.command -ceq $command -and "$count" -like $_.place } |
            ForEach-Object takes
    }

    # Silence makes PowerShell offer file names, $null keeps it from doing so.
    if ($takes -ceq 'FILE') { return }
    $offer = if ($takes) { $values | Where-Object { $_.metavar -ceq $takes } }
        else { $options | Where-Object { $_.command -ceq $command } }
    $offer = @($offer | Where-Object { $_.name.StartsWith($current, [StringComparison]::Ordinal) })
    if ($offer.Count -eq 0) { return $null }
    foreach ($each in $offer) {
        [System.Management.Automation.CompletionResult]::new(
            $lead + $each.name, $each.name, 'ParameterValue', "$($each.name) $($each.help)")
    }
}
