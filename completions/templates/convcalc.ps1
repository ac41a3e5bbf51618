# TAB completion of convcalc in PowerShell. Written by completions/generate.py: do not edit.

Register-ArgumentCompleter -Native -CommandName convcalc -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $options = @'
command,name,takes,help
@OPTIONS@
'@ | ConvertFrom-Csv

    $arguments = @'
command,place,takes
@ARGUMENTS@
'@ | ConvertFrom-Csv

    $values = @'
metavar,name,help
@VALUES@
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
