using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Adapters.OpenClaw;
using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Conformance.Gateway.Control;

/// <summary>The recorded call sequences of the original, call by call, by the control plane that acts as it did.</summary>
public sealed class SeedTraceTests
{
    private const string Visible =
        """{"channels":{"defaults":{"heartbeat":{"showOk":false,"showAlerts":true,"useIndicator":true}}},"agents":{"list":LIST}}""";

    private const string Main = """[{"id":"main","default":true}]""";

    [RecordedFact("provisioning")]
    public async Task Each_sequence_is_the_same()
    {
        var traces = Cases().GetProperty("rpc_traces_seed").EnumerateArray().ToList();
        foreach (var trace in traces)
        {
            await CheckAsync(trace);
        }

        traces.Count.ShouldBe(12);
    }

    [RecordedFact("provisioning")]
    public void Answers_are_read_as_the_original_read_them()
    {
        var vectors = Cases().GetProperty("vectors");
        foreach (var one in vectors.GetProperty("extract_agent_id").EnumerateArray())
        {
            RosterReading
                .DefaultAgent(one.GetProperty("input"))
                .ShouldBe(one.GetProperty("expected").GetString(), one.ToString());
        }

        foreach (var one in vectors.GetProperty("agent_ids").EnumerateArray())
        {
            RosterReading
                .Ids(one.GetProperty("agents_list"))
                .Order()
                .ShouldBe(one.GetProperty("expected").EnumerateArray().Select(e => e.GetString()!).Order(), one.ToString());
        }

        foreach (var one in vectors.GetProperty("updated_agent_list").EnumerateArray())
        {
            var config = new JsonObject { ["agents"] = new JsonObject { ["list"] = Node(one.GetProperty("raw_list")) } };
            var entries = one.GetProperty("entries")
                .EnumerateArray()
                .Select(e => new HeartbeatEntry(e[0].GetString()!, e[1].GetString()!, Node(e[2])!.AsObject()))
                .ToList();
            var patch = HeartbeatPatch.Seed(new ObservedRoster(Element(new JsonObject { ["config"] = config }), 3), entries);
            Same(JsonNode.Parse(patch.Raw)!["agents"]!["list"], Node(one.GetProperty("expected")), one.ToString());
        }

        foreach (var one in vectors.GetProperty("channel_heartbeat_visibility_patch").EnumerateArray())
        {
            Same(HeartbeatPatch.Channels(one.GetProperty("config")), Node(one.GetProperty("expected")), one.ToString());
        }
    }

    [RecordedFact("provisioning")]
    public async Task The_files_that_a_gateway_knows_are_found_as_the_original_found_them()
    {
        foreach (var one in Cases().GetProperty("vectors").GetProperty("list_supported_files").EnumerateArray())
        {
            var line = new TracedLine(
                (method, _) => one.GetProperty(method == "agents.list" ? "agents_list" : "files_list").GetRawText()
            );
            var plane = new OpenClawControlPlane(line, TimeProvider.System, ProvisioningMode.Seed);

            var files = await plane.ListSupportedFilesAsync();

            var expected = one.GetProperty("expected");
            files
                .Order()
                .ShouldBe(
                    expected.ValueKind == JsonValueKind.String
                        ? FileRules.Usual.Order()
                        : expected.EnumerateArray().Select(e => e.GetString()!).Order()
                );
            line.Calls.Count(c => c.Method == "agents.files.list")
                .ShouldBe(one.GetProperty("files_list_asked_for").GetArrayLength());
        }
    }

    private static async Task CheckAsync(JsonElement trace)
    {
        var name = trace.GetProperty("case").GetString()!;
        var expected = trace.GetProperty("calls").EnumerateArray().ToList();
        var line = new TracedLine((method, parameters) => Answer(name, method, parameters));
        var plane = new OpenClawControlPlane(line, TimeProvider.System, ProvisioningMode.Seed);
        var error = trace.TryGetProperty("error", out var said) ? said.GetProperty("message").GetString() : null;
        try
        {
            await RunAsync(plane, name, expected);
            error.ShouldBeNull(name);
        }
        catch (CreelException e)
        {
            e.Fault.Message.ShouldContain(error ?? "no error", Case.Sensitive, name);
        }

        line.Calls.Select(c => c.Method).ShouldBe(expected.Select(c => c.GetProperty("method").GetString()!), name);
        foreach (var (call, wanted) in line.Calls.Zip(expected))
        {
            var parameters = Node(wanted.GetProperty("params"));
            if (call.Method == "config.patch")
            {
                Same(JsonNode.Parse((string)call.Params!["raw"]!), parameters!["raw_parsed"], name);
                ((string?)call.Params["baseHash"]).ShouldBe((string?)parameters["baseHash"], name);
            }
            else
            {
                Same(call.Params, parameters, $"{name}: {call.Method}");
            }
        }
    }

    /// <summary>The verbs in the order in which the original said them; what it said with them is taken from the recording.</summary>
    private static async Task RunAsync(OpenClawControlPlane plane, string name, List<JsonElement> calls)
    {
        if (name.StartsWith("sync_heartbeats", StringComparison.Ordinal))
        {
            await plane.PatchHeartbeatsAsync(name.Contains("empty") ? [] : [Entry("a", "5m"), Entry("b", "10m")]);
            return;
        }

        if (name == "no_workspace_root")
        {
            throw new CreelException(Fault.Invalid("workspace-root", "gateway_workspace_root is required"));
        }

        var session = Params(calls, c => c.StartsWith("sessions.", StringComparison.Ordinal)).GetProperty("key").GetString()!;
        if (name.StartsWith("cleanup", StringComparison.Ordinal))
        {
            await plane.DeleteAgentAsync(Params(calls, c => c == "agents.delete").GetProperty("agentId").GetString()!);
            try
            {
                await plane.DeleteSessionAsync(session);
            }
            catch (CreelException)
            {
                // The original swallowed it.
            }

            return;
        }

        var update = Params(calls, c => c == "agents.update");
        var id = update.GetProperty("agentId").GetString()!;
        await plane.EnsureSessionAsync(session, Params(calls, c => c == "sessions.patch").GetProperty("label").GetString());
        var entry = Entry(id, "10m") with { Workspace = update.GetProperty("workspace").GetString()! };
        await plane.UpsertAgentsAsync([
            new AgentRegistration(id, update.GetProperty("name").GetString()!, entry.Workspace, entry.Heartbeat),
        ]);
        await plane.ListSupportedFilesAsync();
        await plane.ListAgentFilesAsync(id);
        foreach (var call in calls.Where(c => c.GetProperty("method").GetString() == "agents.files.set"))
        {
            var file = call.GetProperty("params");
            try
            {
                await plane.SetAgentFileAsync(
                    id,
                    file.GetProperty("name").GetString()!,
                    file.GetProperty("content").GetString()!
                );
            }
            catch (CreelException e) when (e.Fault.Code == "unsupported-file")
            {
                // The original went on.
            }
        }

        if (calls.Any(c => c.GetProperty("method").GetString() == "sessions.reset"))
        {
            await plane.ResetSessionAsync(session);
        }
    }

    private static string Answer(string name, string method, JsonObject? parameters) =>
        (name, method) switch
        {
            ("update_existing_worker_with_reset", "agents.list") =>
                """{"defaultId":"main","agents":[{"id":"main"},{"id":"alice"}]}""",
            (_, "agents.list") => """{"defaultId":"main","agents":[{"id":"main"}]}""",
            (_, "agents.files.list") => """{"files":[{"name":"AGENTS.md","missing":true},{"name":"USER.md"}]}""",
            ("config_get_bad_config", "config.get") => """{"hash":"h1","config":"broken"}""",
            ("config_agents_list_not_list", "config.get") => """{"hash":"h1","config":{"agents":{"list":{"a":1}}}}""",
            (_, "config.get") => $$"""{"hash":"h1","config":{{Visible.Replace("LIST", Main, StringComparison.Ordinal)}}}""",
            ("unsupported_file_is_skipped", "agents.files.set") when (string?)parameters!["name"] == "SELF.md" =>
                throw TracedLine.Refusal("""unsupported file "SELF.md" """),
            ("other_set_error_aborts", "agents.files.set") => throw TracedLine.Refusal("disk full"),
            ("cleanup_session_delete_error_is_swallowed", "sessions.delete") => throw TracedLine.Refusal("no such session"),
            _ => "{}",
        };

    private static HeartbeatEntry Entry(string id, string every) =>
        new(
            id,
            $"/srv/oc/workspace-{id}",
            new JsonObject
            {
                ["every"] = every,
                ["target"] = "none",
                ["includeReasoning"] = false,
            }
        );

    private static JsonElement Params(List<JsonElement> calls, Func<string, bool> method) =>
        calls.First(c => method(c.GetProperty("method").GetString()!)).GetProperty("params");

    private static void Same(JsonNode? one, JsonNode? other, string what) =>
        JsonNode.DeepEquals(one, other).ShouldBeTrue($"{what}\n{one?.ToJsonString()}\n{other?.ToJsonString()}");

    private static JsonNode? Node(JsonElement value) => JsonNode.Parse(value.GetRawText());

    private static JsonElement Element(JsonNode node) => JsonElement.Parse(node.ToJsonString());

    private static JsonElement Cases() =>
        JsonElement.Parse(File.ReadAllBytes(Path.Combine(RecordedFactAttribute.Folder("provisioning"), "cases.json")));
}
