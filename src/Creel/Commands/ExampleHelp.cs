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
        ["creel up"] =
        [
            "creel up habitat.json5",
            "creel up                # the one that is up, as its files are now; else an OpenClaw's",
            "creel up . --yes        # the habitat in this folder, without asking",
        ],
        ["creel plan"] = ["creel plan habitat.json5", "creel plan             # has the file changed since it came up?"],
        ["creel down"] = ["creel down --yes", "creel down --yes --json | jq -c .event"],
        ["creel move"] = ["creel move bart --to container", "creel move bart --to session --driver systemd --grace 60"],
        ["creel ps"] = ["creel ps --watch", "creel ps --json | jq '.cells[] | {id, state, agents}'"],
        ["creel habitat check"] = ["creel habitat check habitat.json5", "creel habitat check . --json | jq .problems"],
        ["creel agent create"] = ["creel agent create Ned --memory 256m", "creel agent create Rod --group flanders"],
        ["creel verify"] =
        [
            "creel verify",
            "creel verify bart lisa        # only their cells",
            "creel verify --json | jq -c 'select(.fails)'",
        ],
        ["creel doctor"] = ["creel doctor", "creel doctor --json | jq '.checks[] | select(.state != \"ok\")'"],
        ["creel provision"] =
        [
            "creel provision --plan --diff",
            "creel provision habitat.json5 --gateway prod",
            "creel provision --agent bart --overwrite --rotate-tokens",
        ],
        ["creel provision sync"] = ["creel provision sync --gateway prod --include-main"],
        ["creel provision status"] = ["creel provision status --json | jq '.agents[] | select(.standing != \"provisioned\")'"],
        ["creel template check"] = ["creel template check", "creel template check templates/ SOUL.md"],
        ["creel template preview"] =
        [
            "creel template preview bart SOUL.md",
            "creel template preview bart TOOLS.md --habitat habitat.json5 --templates templates/",
        ],
        ["creel habitat show"] = ["creel habitat show habitat.json5", "creel habitat show . --json | jq .groups"],
        ["creel agent add"] =
        [
            "creel agent add coding --workspace ~/w/coding --bind telegram:coding",
            "creel agent add bart --gateway prod --board school --role \"Pupil\"   # at a gateway elsewhere",
        ],
        ["creel agent import"] =
        [
            "creel agent import --gateway prod --plan",
            "creel agent import --gateway prod --agent main --as claw",
        ],
        ["creel board add"] = ["creel board add school --name School --objective \"Better marks by spring.\" --user marge"],
        ["creel board list"] = ["creel board list", "creel board list --json | jq -r '.boards[].id'"],
        ["creel board rm"] = ["creel board rm school"],
        ["creel user add"] = ["creel user add marge --name \"Marge Simpson\" --timezone America/Chicago"],
        ["creel user list"] = ["creel user list", "creel user list --json | jq -r '.users[].id'"],
        ["creel user rm"] = ["creel user rm marge"],
        ["creel agent bind"] =
        [
            "creel agent bind --agent coding --bind telegram:coding",
            "creel agent bind --agent family --bind whatsapp:group:120363@g.us",
        ],
        ["creel agent unbind"] =
        [
            "creel agent unbind --agent coding --bind telegram:coding",
            "creel agent unbind --agent coding --all",
        ],
        ["creel agent bindings"] = ["creel agent bindings", "creel agent bindings --agent coding --json"],
        ["creel agent delete"] = ["creel agent delete coding --yes", "creel agent delete coding --yes --delete-files"],
        ["creel agent nudge"] = ["creel agent nudge bart --wait", "creel agent nudge bart --wait --json | jq -r .agent.status"],
        ["creel agent rotate-token"] = ["creel agent rotate-token bart"],
        ["creel agent list"] =
        [
            "creel agent list",
            "creel agent list --bindings",
            "creel agent list --json | jq -r '.agents[].id'",
        ],
        ["creel gateway status"] = ["creel gateway status", "creel gateway status --json | jq .clients"],
        ["creel gateway restart"] = ["creel gateway restart"],
        ["creel gateway token"] = ["creel gateway token"],
        ["creel gateway url"] = ["creel gateway url"],
        ["creel gateway add"] =
        [
            "creel gateway add prod wss://claw.example:18789 --token-stdin --workspace-root /home/claw/agents --base-url https://creel.example/creel <token",
            "creel gateway add prod wss://claw.example:18789 --workspace-root /srv/agents   # one that is there: its agents live elsewhere",
            "creel gateway add lab ws://127.0.0.1:18790 --token-stdin --device   # as a device, which is let in there",
            "creel gateway add own wss://10.0.0.7:443 --token-stdin --pin \"$(cat fingerprint)\" <token",
        ],
        ["creel gateway list"] = ["creel gateway list", "creel gateway list --json | jq -r '.gateways[].name'"],
        ["creel gateway test"] =
        [
            "creel gateway test prod",
            "creel gateway test prod --json | jq '.steps[] | select(.ok != true)'",
        ],
        ["creel gateway rm"] = ["creel gateway rm prod", "creel gateway rm prod --yes --json | jq -r '.agents[]'"],
        ["creel gateway call"] =
        [
            "creel gateway call agents.list",
            "creel gateway call agents.files.get --params '{\"agentId\":\"bart\",\"name\":\"SOUL.md\"}'",
            "CREEL_GATEWAY_TOKEN=$(cat token) creel gateway call health --url ws://127.0.0.1:18790",
        ],
        ["creel device list"] = ["creel device list", "creel device list --json | jq .pending"],
        ["creel device approve"] = ["creel device approve 7d0f1c1e-2f4e-4a57-9a57-1f0b6c7f8a10"],
        ["creel device reject"] = ["creel device reject 7d0f1c1e-2f4e-4a57-9a57-1f0b6c7f8a10"],
        ["creel device revoke"] = ["creel device revoke 3a5f09c2"],
        ["creel agent status"] = ["creel agent status bart"],
        ["creel agent start"] = ["creel agent start bart"],
        ["creel agent stop"] = ["creel agent stop bart       # until: creel agent start bart"],
        ["creel agent restart"] = ["creel agent restart bart"],
        ["creel agent wake"] = ["creel agent wake bart", "creel agent wake bart -m 'The build is done: look at it.'"],
        ["creel chat"] =
        [
            "creel chat bart                         # /new begins anew, /quit leaves, Ctrl-C stops the answer",
            "creel chat bart -m 'What is in your workspace?'",
            "git diff | creel chat lisa --session review",
        ],
        ["creel session list"] = ["creel session list --agent bart", "creel session list --json | jq -r '.sessions[].key'"],
        ["creel session show"] = ["creel session show agent:bart:main --limit 20"],
        ["creel session reset"] = ["creel session reset agent:bart:main"],
        ["creel session delete"] = ["creel session delete agent:bart:telegram:direct:42 --yes"],
        ["creel session label"] =
        [
            "creel session label agent:bart:review 'the review'",
            "creel session label agent:bart:review --none",
        ],
        ["creel session set"] = ["creel session set agent:bart:main model=anthropic/claude-haiku-4-5 thinkingLevel=low"],
        ["creel session abort"] = ["creel session abort agent:bart:main"],
        ["creel agent deregister"] = ["creel agent deregister far"],
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
        ["creel task cancel"] = ["creel task cancel 0198c0de-0000-7000-8000-000000000000"],
        ["creel task dead list"] = ["creel task dead list"],
        ["creel task dead redrive"] = ["creel task dead redrive 0198c0de-0000-7000-8000-000000000000"],
        ["creel task dead clear"] = ["creel task dead clear --yes"],
        ["creel exec"] = ["creel exec bart uname -sr", "creel exec --timeout 10 bart sh -c 'cat >notes' <notes"],
        ["creel shell"] = ["creel shell bart", "creel shell bart python3 -q"],
        ["creel egress list"] = ["creel egress list bart"],
        ["creel egress test"] = ["creel egress test bart github.com:443 && echo reached"],
        ["creel egress allow"] = ["creel egress allow bart github.com:443", "creel egress allow bart '*.npmjs.org:443'"],
        ["creel egress deny"] = ["creel egress deny bart github.com:443"],
        ["creel egress learn"] =
        [
            "creel egress learn bart -- git clone https://github.com/ann/things",
            "creel egress learn bart --for 30m     # give it work meanwhile; Ctrl-C ends it",
        ],
        ["creel logs"] = ["creel logs bart -f"],
        ["creel forward"] =
        [
            "creel forward bart 8080         # http://bart.localhost:8080",
            "creel forward bart 8080:0       # any free port here",
        ],
        ["creel service install"] = ["creel service install", "creel service install --dry-run --target launchd"],
        ["creel service uninstall"] = ["creel service uninstall", "creel service uninstall --name creel2"],
        ["creel service status"] = ["creel service status && echo it runs"],
        ["creel audit"] = ["creel audit -n 20", "creel audit verify"],
        ["creel audit list"] = ["creel audit list -n 20", "creel audit list --json | jq -c '.entries[]'"],
        ["creel audit verify"] = ["creel audit verify"],
        ["creel key set"] =
        [
            "creel key set anthropic                  # asks for it",
            "creel key set openai --group bart <key.txt",
        ],
        ["creel key list"] = ["creel key list"],
        ["creel key rm"] = ["creel key rm openai --group bart"],
        ["creel proxy status"] = ["creel proxy status"],
        ["creel proxy log"] = ["creel proxy log --denied -f", "creel proxy log --group bart --json | jq .model"],
        ["creel proxy token"] =
        [
            "creel proxy token bart                     # shown once",
            "creel proxy token bart --rotate >token.txt",
        ],
        ["creel budget set"] =
        [
            "creel budget set bart 5 --per day",
            "creel budget set habitat 100 --per month --warn 50%",
            "creel budget set girls 2 --rolling 24h --soft",
        ],
        ["creel budget rm"] = ["creel budget rm bart --per day", "creel budget rm girls --rolling 24h"],
        ["creel budget list"] = ["creel budget list"],
        ["creel budget grant"] = ["creel budget grant bart 2", "creel budget grant habitat 0.50 --per month"],
        ["creel spend"] =
        [
            "creel spend --watch",
            "creel spend --group bart --since 7d",
            "creel spend --json | jq '.spent[] | {group, model, usd: (.spent / 1e9)}'",
        ],
        ["creel spend explain"] = ["creel spend explain 019a1b2c3d400000"],
        ["creel price list"] = ["creel price list haiku"],
        ["creel price check"] = ["creel price check && echo all have a price"],
        ["creel route explain"] =
        [
            "creel route explain --channel whatsapp --account biz --peer group:1203630@g.us",
            "creel route explain --channel discord --guild 1234 --role 5678 --habitat ~/.openclaw/openclaw.json",
        ],
        ["creel route test"] = ["creel route test routes.jsonl", "creel route test routes.jsonl --as 2026.2.26"],
        ["creel tool explain"] =
        [
            "creel tool explain bart",
            "creel tool explain bart --model openai/gpt-5-mini --subagent --json",
            "creel tool explain bart --channel telegram --peer group:-1001234 --sender 4711",
        ],
        ["creel channel list"] = ["creel channel list"],
        ["creel channel status"] = ["creel channel status --probe", "creel channel status --json | jq '.dropped[]'"],
        ["creel channel login"] =
        [
            "creel channel login --channel telegram --account coding     # asks for the token",
            "creel channel login --channel telegram <token.txt",
        ],
        ["creel channel logout"] = ["creel channel logout --channel telegram --account coding"],
        ["creel channel send"] = ["creel channel send --channel telegram --to direct:12345 'Good morning'"],
        ["creel pairing list"] = ["creel pairing list", "creel pairing list telegram --json | jq -r '.waiting[].code'"],
        ["creel pairing approve"] = ["creel pairing approve telegram K7QW2M4X"],
        ["creel pairing rm"] = ["creel pairing rm telegram 12345 --account coding"],
        ["creel driver list"] = ["creel driver list", "creel driver list --offline    # without a server"],
        ["creel image build"] = ["creel image build"],
        ["creel render"] =
        [
            "creel render habitat.json5 -o out --plan",
            "creel render habitat.json5 -o out --target compose --network bridge",
        ],
        ["creel render rotate"] = ["creel render rotate -o out bart"],
        ["creel completion"] = ["source <(creel completion bash)"],
        ["creel version"] = ["creel version --json"],
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
        var examples = Of(parseResult.CommandResult.Command);
        if (examples.Count > 0)
        {
            output.WriteLine(examples.Count == 1 ? "Example:" : "Examples:");
            foreach (var example in examples)
            {
                output.WriteLine($"  {example}");
            }
        }

        return code;
    }

    /// <summary>A noun that does nothing by itself shows the first of each of its verbs.</summary>
    private static IReadOnlyList<string> Of(Command command) =>
        Examples.TryGetValue(UsageErrors.Path(command), out var own)
            ? own
            : [.. command.Subcommands.Where(sub => !sub.Hidden).SelectMany(sub => Of(sub).Take(1))];
}
