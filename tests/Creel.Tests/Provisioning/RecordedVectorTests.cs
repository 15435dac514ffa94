using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Shouldly;

namespace Creel.Tests.Provisioning;

/// <summary>What the original answers, group by group, in its own manner.</summary>
public class RecordedVectorTests
{
    private static readonly AgentKeys Keys = new(ProvisioningMode.Seed, () => Guid.Empty);

    [RecordedProvisioningFact]
    public void Slugs_are_as_recorded() =>
        Each(
            "slugify",
            c =>
            {
                var slug = Keys.Slug((string)c["input"]!, "x");
                return c["expected_regex"] is null ? slug
                    : slug.Length == 32 ? null
                    : "no id";
            }
        );

    [RecordedProvisioningFact]
    public void Agent_keys_are_as_recorded() => Each("agent_key", c => Keys.Key(Agent(c)));

    [RecordedProvisioningFact]
    public void Session_keys_are_as_recorded() => Each("session_key", c => Keys.Session(Agent(c)));

    [RecordedProvisioningFact]
    public void Workspaces_are_as_recorded() => Each("workspace_path", c => Keys.Workspace(Agent(c), (string?)c["root"]));

    [RecordedProvisioningFact]
    public void Agents_in_payloads_are_as_recorded()
    {
        Each("extract_agent_id", c => RosterReading.DefaultAgent(Element(c["input"]) ?? default));
        Each("extract_agent_id_from_item", c => RosterReading.Id(Element(c["input"]) ?? default));
        Each("agent_ids", c => List(RosterReading.Ids(Element(c["agents_list"]) ?? default)));
    }

    [RecordedProvisioningFact]
    public void Heartbeats_are_as_recorded() => Each("heartbeat_config", c => Heartbeats.Of(Element(c["agent_config"])));

    [RecordedProvisioningFact]
    public void First_instructions_are_given_as_recorded() =>
        Each(
            "should_include_bootstrap",
            c => FileRules.TakesBootstrap((string)c["action"]!, (bool)c["force"]!, Index(c["existing"]!.AsObject()))
        );

    [RecordedProvisioningFact]
    public void Contexts_of_board_agents_are_as_recorded() =>
        Each(
            "board_context",
            c =>
                Object(
                    new Contexts(ProvisioningMode.Seed, Keys, (string?)c["base_url_setting"]).Board(
                        FullAgent(c["agent"]!),
                        Board(c["board"]!),
                        Gateway(c["gateway"]!),
                        (string)c["auth_token"]!,
                        User(c["user"])
                    )
                )
        );

    [RecordedProvisioningFact]
    public void Contexts_of_main_agents_are_as_recorded() =>
        Each(
            "main_context",
            c =>
                Object(
                    new Contexts(ProvisioningMode.Seed, Keys, (string?)c["base_url_setting"]).Main(
                        FullAgent(c["agent"]!),
                        Gateway(c["gateway"]!),
                        (string)c["auth_token"]!,
                        User(c["user"])
                    )
                )
        );

    [RecordedProvisioningFact]
    public void Metrics_are_written_as_recorded() =>
        Each("json_dumps_success_metrics", c => PythonJson.Write(Element(JsonNode.Parse((string)c["input_json"]!))!.Value));

    [RecordedProvisioningFact]
    public void Folders_of_local_copies_are_as_recorded() =>
        Each("local_workspace_digest_dir", c => MirrorPlace.Folder((string)c["workspace_path"]!), "expected_dir");

    [RecordedProvisioningFact]
    public void Files_are_rendered_as_recorded()
    {
        var templates = RecordedProvisioningFactAttribute.Cases["test_templates"]!.AsObject();
        Each(
            "render_agent_files",
            c =>
            {
                var main = (bool?)c["main"] ?? false;
                var without = ((string)c["case"]!).StartsWith("memory_fallback", StringComparison.Ordinal) ? "MEMORY.md" : null;
                var agent = new AgentSheet
                {
                    Id = "00000000-0000-0000-0000-0000000000cc",
                    Name = (string?)c["agent_name"] ?? "Alice",
                    SessionKey = "agent:alice:main",
                    IsLead = (bool?)c["lead"] ?? false,
                    IdentityTemplate = (string?)c["identity_template"],
                    SoulTemplate = (string?)c["soul_template"],
                };
                var contexts = new Contexts(ProvisioningMode.Seed, Keys, "http://mc.local:8000");
                var gateway = new GatewaySheet
                {
                    Id = "00000000-0000-0000-0000-0000000000aa",
                    Name = "Acme",
                    WorkspaceRoot = "/srv/oc",
                };
                var board = new BoardSheet { Id = "00000000-0000-0000-0000-0000000000bb", Name = "Growth" };
                var context = main
                    ? contexts.Main(agent, gateway, "tok-123", null)
                    : contexts.Board(agent, board, gateway, "tok-123", null);
                var kind =
                    main ? AgentKind.Main
                    : agent.IsLead ? AgentKind.Lead
                    : AgentKind.Board;
                var renderer = new FileRenderer(ProvisioningMode.Seed, name => name == without ? null : (string?)templates[name]);
                var names = c["names"]!.AsArray().Select(n => (string)n!);
                var files = renderer.Render(agent, kind, context, names, (bool?)c["include_bootstrap"] ?? true);
                return Object(files);
            }
        );
    }

    /// <summary>Compares each case of a group, or the words of its fault.</summary>
    private static void Each(string group, Func<JsonObject, object?> answer, string expected = "expected")
    {
        var cases = RecordedProvisioningFactAttribute.Cases["vectors"]![group]!.AsArray();
        cases.Count.ShouldBeGreaterThan(0);
        foreach (var one in cases.Select(c => c!.AsObject()))
        {
            if (one["expected_error"] is { } error)
            {
                Should.Throw<CreelException>(() => answer(one)).Fault.Message.ShouldEndWith((string)error["message"]!);
                continue;
            }

            var got = answer(one) switch
            {
                JsonNode node => node,
                null => null,
                string text => JsonValue.Create(text),
                bool flag => JsonValue.Create(flag),
                var other => throw new InvalidOperationException(other.ToString()),
            };
            JsonNode.DeepEquals(got, one[expected]).ShouldBeTrue($"{group}: {one.ToJsonString()}\n{got?.ToJsonString()}");
        }
    }

    private static AgentSheet Agent(JsonObject c) =>
        new()
        {
            Id = "x",
            Name = (string)c["name"]!,
            SessionKey = (string?)c["session"],
        };

    private static AgentSheet FullAgent(JsonNode agent) =>
        new()
        {
            Id = (string)agent["id"]!,
            Name = (string)agent["name"]!,
            SessionKey = (string?)agent["openclaw_session_id"],
            Identity = Element(agent["identity_profile"]),
            IsLead = (bool)agent["is_board_lead"]!,
        };

    private static BoardSheet Board(JsonNode board) =>
        new()
        {
            Id = (string)board["id"]!,
            Name = (string)board["name"]!,
            Type = (string)board["board_type"]!,
            Objective = (string?)board["objective"],
            SuccessMetrics = Element(board["success_metrics"]),
            TargetDate = (string?)board["target_date"] is { } date
                ? DateTime.Parse(date, System.Globalization.CultureInfo.InvariantCulture)
                : null,
            GoalConfirmed = (bool)board["goal_confirmed"]!,
        };

    private static GatewaySheet Gateway(JsonNode gateway) =>
        new()
        {
            Id = (string)gateway["id"]!,
            Name = (string)gateway["name"]!,
            Url = (string)gateway["url"]!,
            WorkspaceRoot = (string?)gateway["workspace_root"],
        };

    private static UserSheet? User(JsonNode? user) =>
        user is null
            ? null
            : new UserSheet
            {
                Name = (string?)user["name"],
                PreferredName = (string?)user["preferred_name"],
                Pronouns = (string?)user["pronouns"],
                Timezone = (string?)user["timezone"],
                Notes = (string?)user["notes"],
                Context = (string?)user["context"],
            };

    private static JsonElement? Element(JsonNode? node) =>
        node is null ? null : JsonDocument.Parse(node.ToJsonString()).RootElement;

    private static Dictionary<string, bool> Index(JsonObject existing) =>
        existing.ToDictionary(f => f.Key, f => (bool?)f.Value!["missing"] ?? false);

    private static JsonArray List(IEnumerable<string> texts) =>
        [.. texts.Order(StringComparer.Ordinal).Select(t => (JsonNode)JsonValue.Create(t))];

    private static JsonObject Object(IEnumerable<KeyValuePair<string, string>> texts) =>
        new(texts.Select(t => KeyValuePair.Create(t.Key, (JsonNode?)JsonValue.Create(t.Value))));
}
