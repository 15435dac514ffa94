using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Creel.Commands;

/// <summary>The usual help, and examples below it.</summary>
internal sealed class ExampleHelp(HelpAction usual, TextWriter output) : SynchronousCommandLineAction
{
    private static readonly Dictionary<string, string[]> Examples = new()
    {
        ["creel"] =
        [
            "creel serve &",
            "creel up habitat.json5",
            "creel task send bart '{\"type\":\"exec\",\"command\":\"uname -a\"}' --wait",
            "creel down",
        ],
        ["creel serve"] = ["creel serve", "creel serve --http-port 0 --ws-port 0 --home /tmp/try   # any free ports"],
        ["creel up"] = ["creel up habitat.json5", "creel up . --yes        # the habitat in this folder, without asking"],
        ["creel plan"] = ["creel plan habitat.json5", "creel plan             # has the file changed since it came up?"],
        ["creel down"] = ["creel down --yes", "creel down --yes --json | jq -c .event"],
        ["creel move"] = ["creel move bart --to container", "creel move bart --to session --driver systemd --grace 60"],
        ["creel ps"] = ["creel ps --watch", "creel ps --json | jq '.cells[] | {id, state, agents}'"],
        ["creel habitat check"] = ["creel habitat check habitat.json5", "creel habitat check . --json | jq .problems"],
        ["creel agent create"] = ["creel agent create Ned --memory 256m", "creel agent create Rod --group flanders"],
        ["creel agent destroy"] = ["creel agent destroy ned --yes --delete-workspaces"],
        ["creel task send"] =
        [
            "creel task send bart '{\"type\":\"exec\",\"command\":\"make test\"}' --watch",
            "creel task send lisa '{\"type\":\"turn\",\"message\":\"Who are you?\"}' --wait --text",
            "creel task send bart '{\"type\":\"file:write\",\"filePath\":\"a.txt\",\"content\":\"hello\"}'",
            "creel task send bart - <task.json",
        ],
        ["creel task list"] = ["creel task list --agent bart --state failed --state timed-out"],
        ["creel task show"] = ["creel task show 0198c0de-0000-7000-8000-000000000000 --wait=30"],
        ["creel exec"] = ["creel exec bart uname -sr", "creel exec --timeout 10 bart sh -c 'cat >notes' <notes"],
        ["creel shell"] = ["creel shell bart", "creel shell bart python3 -q"],
        ["creel logs"] = ["creel logs bart -f"],
        ["creel forward"] =
        [
            "creel forward bart 8080         # http://bart.localhost:8080",
            "creel forward bart 8080:0       # any free port here",
        ],
        ["creel service install"] = ["creel service install", "creel service install --dry-run --target launchd"],
        ["creel audit"] = ["creel audit -n 20", "creel audit verify"],
        ["creel token join"] = ["creel token join --agent far --ttl 10m"],
        ["creel agent register"] = ["creel agent register far --token-file far.token"],
    };

    public override bool ClearsParseErrors => true;

    public static void Attach(RootCommand root, TextWriter output)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new ExampleHelp((HelpAction)option.Action!, output);
    }

    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        if (Examples.TryGetValue(UsageErrors.Path(parseResult.CommandResult.Command), out var examples))
        {
            output.WriteLine(examples.Length == 1 ? "Example:" : "Examples:");
            foreach (var example in examples)
            {
                output.WriteLine($"  {example}");
            }
        }

        return code;
    }
}
