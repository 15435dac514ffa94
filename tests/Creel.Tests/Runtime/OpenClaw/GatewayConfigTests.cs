using System.Text.Json;
using Creel.Core;
using Creel.Core.Link;
using Creel.Runtime.Brains.OpenClaw;

namespace Creel.Tests.Runtime.OpenClaw;

public class GatewayConfigTests
{
    private static readonly WelcomeBrain Brain = new("openclaw", [], "stdin", "text");

    private static JsonElement Config(int relay, params WelcomeAgent[] agents) =>
        JsonDocument.Parse(GatewayConfig.Write(agents, 18789, relay, "secret")).RootElement;

    private static WelcomeAgent Agent(string id, string? model = null) =>
        TestHub.Agent(id, $"/workspace/{id}", Brain) with
        {
            Model = model,
        };

    [Fact]
    public void The_gateway_listens_on_the_cells_loopback_and_wants_the_token()
    {
        var gateway = Config(18080, Agent("ada")).GetProperty("gateway");
        gateway.GetProperty("mode").GetString().ShouldBe("local");
        gateway.GetProperty("bind").GetString().ShouldBe("loopback");
        gateway.GetProperty("port").GetInt32().ShouldBe(18789);
        gateway.GetProperty("auth").GetProperty("mode").GetString().ShouldBe("token");
        gateway.GetProperty("auth").GetProperty("token").GetString().ShouldBe("secret");
    }

    [Fact]
    public void Every_provider_is_reached_through_the_relay_and_has_no_key()
    {
        var providers = Config(18080, Agent("ada", "local/llama"), Agent("bob", "local/qwen"), Agent("eve", "openai/gpt"))
            .GetProperty("models")
            .GetProperty("providers");
        providers.EnumerateObject().Select(p => p.Name).ShouldBe(["local", "openai"]);
        providers
            .EnumerateObject()
            .ShouldAllBe(p =>
                p.Value.GetProperty("baseUrl").GetString()!.StartsWith("http://127.0.0.1:18080/", StringComparison.Ordinal)
                && p.Value.GetProperty("apiKey").GetString() == "proxy"
            );
        providers
            .GetProperty("local")
            .GetProperty("models")
            .EnumerateArray()
            .Select(m => m.GetProperty("id").GetString())
            .ShouldBe(["llama", "qwen"]);
    }

    [Fact]
    public void Where_nobody_names_a_model_the_usual_providers_are_reached() =>
        Config(18080, Agent("ada"))
            .GetProperty("models")
            .GetProperty("providers")
            .EnumerateObject()
            .Select(p => (p.Name, p.Value.GetProperty("baseUrl").GetString()))
            .ShouldBe([("anthropic", "http://127.0.0.1:18080/anthropic"), ("openai", "http://127.0.0.1:18080/openai/v1")]);

    [Fact]
    public void Each_agent_has_its_workspace_and_model_and_nothing_beats_by_itself()
    {
        var agents = Config(18080, Agent("ada", "anthropic/x"), Agent("bob")).GetProperty("agents");
        var ada = agents.GetProperty("entries").GetProperty("ada");
        ada.GetProperty("workspace").GetString().ShouldBe("/workspace/ada");
        ada.GetProperty("model").GetProperty("primary").GetString().ShouldBe("anthropic/x");
        agents.GetProperty("entries").GetProperty("bob").TryGetProperty("model", out _).ShouldBeFalse();
        agents.GetProperty("defaults").GetProperty("heartbeat").GetProperty("every").GetString().ShouldBe("0m");
    }

    [Fact]
    public void One_agent_alone_says_in_the_book_who_it_is()
    {
        string Key(params WelcomeAgent[] agents) =>
            Config(18080, agents)
                .GetProperty("models")
                .GetProperty("providers")
                .GetProperty("anthropic")
                .GetProperty("apiKey")
                .GetString()!;
        Key(Agent("ada", "anthropic/x")).ShouldBe("proxy:ada");
        Key(Agent("ada", "anthropic/x"), Agent("bob", "anthropic/x")).ShouldBe("proxy");
    }

    [Fact]
    public void Providers_that_somebody_wrote_stay_and_ours_are_written_anew()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder["state"]);
        var place = new GatewayFolder(folder["state"]);
        var relay = GatewayConfig.Relay(18080);
        byte[] Write() => GatewayConfig.Write([Agent("ada", "anthropic/x")], 1, 18080, "t", place.OwnProviders(relay));
        place.OwnProviders(relay).ShouldBeEmpty();
        place.Configure(Write());
        place.OwnProviders(relay).ShouldBeEmpty();
        var once = Write();
        place.Configure(once);
        Write().ShouldBe(once);

        place.Configure(
            """
            // A hand was here.
            {
                "models": { "providers": {
                    "anthropic": { "baseUrl": "http://127.0.0.1:18080/old", "apiKey": "proxy" },
                    "lab": { "baseUrl": "http://lab.example:8000/v1", "apiKey": "mine", "models": [{ "id": "m" }] },
                    "odd": 5,
                } },
            }
            """u8
        );
        var providers = JsonDocument.Parse(Write()).RootElement.GetProperty("models").GetProperty("providers");
        providers.EnumerateObject().Select(p => p.Name).ShouldBe(["anthropic", "lab"]);
        providers.GetProperty("anthropic").GetProperty("baseUrl").GetString().ShouldBe("http://127.0.0.1:18080/anthropic");
        providers.GetProperty("lab").GetProperty("apiKey").GetString().ShouldBe("mine");
        foreach (var broken in new[] { "", "{", "[]", "{\"models\":[]}", "{\"models\":{\"providers\":\"x\"}}" })
        {
            place.Configure(System.Text.Encoding.UTF8.GetBytes(broken));
            place.OwnProviders(relay).ShouldBeEmpty();
        }
    }

    [Fact]
    public void The_token_is_made_once_and_kept_for_its_owner_alone()
    {
        using var folder = new TestFolder();
        var place = new GatewayFolder(folder["state"]);
        Directory.CreateDirectory(folder["state"]);
        var token = place.Token();
        token.Length.ShouldBe(64);
        place.Token().ShouldBe(token);
        place.Configure("{}"u8);
        var files = Directory.GetFiles(place.Home, "*", SearchOption.AllDirectories);
        files.Length.ShouldBe(2);
        files.ShouldAllBe(file => File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        File.GetUnixFileMode(place.Settings).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void A_tree_without_the_package_or_its_node_says_what_to_do()
    {
        using var folder = new TestFolder();
        var path = new Dictionary<string, string> { ["PATH"] = folder["bin"] };
        Should.Throw<CreelException>(() => GatewayProgram.Find(folder["none"], path)).Fault.Message.ShouldContain("openclaw");
        Directory.CreateDirectory(folder["tree/node_modules"]);
        Should.Throw<CreelException>(() => GatewayProgram.Find(folder["tree"], path)).Fault.Remedy!.ShouldContain("npm install");
        Directory.CreateDirectory(folder["tree/node_modules/openclaw"]);
        File.WriteAllText(folder["tree/node_modules/openclaw/openclaw.mjs"], "");
        Should.Throw<CreelException>(() => GatewayProgram.Find(folder["tree"], path)).Fault.Message.ShouldContain("no Node");
    }

    [Theory]
    [InlineData(1024, "--max-old-space-size=384")]
    [InlineData(2048, "--max-old-space-size=1408")]
    [InlineData(768, "--max-old-space-size=256")]
    public void The_heap_leaves_room_for_all_else_within_the_cells_limit(long megabytes, string flag) =>
        new GatewayProgram("/node", "/claw.mjs", "/node")
            .Run(1, megabytes * 1024 * 1024)
            .ShouldBe([
                "/node",
                flag,
                "--max-semi-space-size=8",
                "--optimize-for-size",
                "/claw.mjs",
                "gateway",
                "run",
                "--port",
                "1",
            ]);

    [Fact]
    public void A_program_of_the_image_is_started_as_it_is() =>
        new GatewayProgram("/usr/bin/openclaw", null, null)
            .Run(1, 1L << 30)
            .ShouldBe(["/usr/bin/openclaw", "gateway", "run", "--port", "1"]);
}
