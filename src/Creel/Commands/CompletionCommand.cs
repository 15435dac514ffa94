using System.CommandLine;
using Creel.Core;

namespace Creel.Commands;

/// <summary><c>creel completion bash|zsh|fish</c>: a script that asks <c>creel complete</c>, so that it never grows stale.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # bash completion for creel; load it with: source <(creel completion bash)
        _creel() {
            local words
            mapfile -t words < <(creel complete "$COMP_CWORD" -- "${COMP_WORDS[@]}" 2>/dev/null)
            COMPREPLY=("${words[@]}")
        }
        complete -o default -F _creel creel

        """;

    private const string Zsh = """
        #compdef creel
        # zsh completion for creel; load it with: source <(creel completion zsh)
        _creel() {
            local -a found
            found=("${(@f)$(creel complete "$((CURRENT - 1))" -- "${words[@]}" 2>/dev/null)}")
            if [[ -n "${found[1]}" ]]; then
                compadd -- "${found[@]}"
            else
                _files
            fi
        }
        compdef _creel creel

        """;

    private const string Fish = """
        # fish completion for creel; load it with: creel completion fish | source
        function __creel_complete
            set -l words (commandline -opc)
            set -l current (commandline -ct)
            creel complete (count $words) -- $words "$current" 2>/dev/null
        end
        complete -c creel -a '(__creel_complete)'

        """;

    public static Command Build(Cli cli)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print a completion script, as in: source <(creel completion bash)") { shell };
        return cli.Runs(command, (call, _) => Task.FromResult(Run(call, call.Value(shell))));
    }

    private static int Run(Call call, string shell)
    {
        var script = shell switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            _ => Fish,
        };
        if (call.Json)
        {
            call.Print(new { shell, script });
        }
        else
        {
            call.Io.Out.Write(script);
        }

        return ExitCodes.Ok;
    }
}
