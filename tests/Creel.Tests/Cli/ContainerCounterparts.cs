using System.Text.Json;

namespace Creel.Tests.Cli;

/// <summary>The recorded runs of the old container scripts, by script, words and whether the container was up.</summary>
internal static class ContainerCounterparts
{
    private static string Turn(int number, string message, string? session = null) =>
        $"POST /agents/openclaw-{number}/task "
        + (
            session is null
                ? JsonSerializer.Serialize(new { type = "turn", message }, Relaxed)
                : JsonSerializer.Serialize(
                    new
                    {
                        type = "turn",
                        message,
                        sessionKey = session,
                        timeout = 120000,
                    },
                    Relaxed
                )
        );

    private static readonly JsonSerializerOptions Relaxed = Creel.Terminal.CliJson.Line;

    private const string Plan = """POST /habitat/plan {"file":"@DIR@/habitat.json5","lenient":false,"profile":null}""";
    private const string Apply =
        """POST /habitat/apply {"file":"@DIR@/habitat.json5","lenient":false,"deleteWorkspaces":false}""";

    public static readonly Dictionary<string, Counterpart> All = new()
    {
        ["manage.sh (down)"] = new(64),
        ["manage.sh help (down)"] = new(0),
        ["manage.sh up (down)"] = new(0, Plan, Apply, "POST /agents/openclaw-1/start", "POST /agents/openclaw-2/start")
        {
            SameWords = false,
        },
        ["manage.sh down (down)"] = new(0, """POST /habitat/down {"deleteWorkspaces":false}"""),
        ["manage.sh clean (down)"] = new(0, """POST /habitat/down {"deleteWorkspaces":true}"""),
        ["manage.sh connect (down)"] = new(64),
        ["manage.sh run 1"] = new(64),
        ["manage.sh run 1 hello there"] = new(0, Turn(1, "hello there")),
        // A terminal is wanted, and none is there.
        ["manage.sh onboard 1"] = new(64),
        ["manage.sh add (down)"] = new(64),
        ["manage.sh add abc (down)"] = new(64) { SameWords = false },
        ["manage.sh rm 3"] = new(3) { SameWords = false },
        ["manage.sh exec 1"] = new(64),
        ["manage.sh exec 1 ls -la a b"] = new(7),
        ["manage.sh dashboard 1 (down)"] = new(4),
        ["manage.sh moltbook-install 1 (down)"] = new(4),
        ["manage.sh add 3 (down)"] = new(
            0,
            """POST /habitat/agents {"id":"openclaw-3","number":3,"workspace":"@DIR@/shared/openclaw-3"}"""
        ),
        // Until it is interrupted, or where somebody has that port.
        ["manage.sh dashboard 2"] = new([130, 5], []) { Endless = true, SameWords = false },
        ["manage.sh dashboard x"] = new(64) { SameWords = false },
        ["bridge.sh (down)"] = new(64),
        ["bridge.sh send (down)"] = new(64),
        ["bridge.sh send bart (down)"] = new(64),
        ["bridge.sh send bart do a task (down)"] = new(4),
        ["bridge.sh identity (down)"] = new(64),
        ["bridge.sh identity bart (down)"] = new(4),
        ["bridge.sh send BART x"] = new(0, Turn(1, "x", "homer-bart")) { SameWords = false },
        ["bridge.sh send Lisa x"] = new(0, Turn(2, "x", "homer-lisa")) { SameWords = false },
        ["bridge.sh send 3 x"] = new(3),
        ["bridge.sh send 1abc x"] = new(64) { SameWords = false },
        ["bridge.sh identity bart"] = new(3),
        ["bridge.sh send bart -x --flag \"q\""] = new(0, Turn(1, "-x --flag \"q\"", "homer-bart")) { SameWords = false },
    };
}

/// <summary>What such a run asks of the server now.</summary>
/// <param name="Exits">The exit codes that it may have.</param>
/// <param name="SameWords">It says what the old script said first.</param>
/// <param name="Endless">It goes on until it is interrupted.</param>
internal sealed record Counterpart(int[] Exits, string[] Asks, bool SameWords = true, bool Endless = false)
{
    public Counterpart(int exit, params string[] asks)
        : this([exit], asks) { }
}
