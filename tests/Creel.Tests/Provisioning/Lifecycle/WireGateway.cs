using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Creel.Tests.OpenClaw;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>What a gateway of the newer dialect keeps, behind a <see cref="FakeGateway"/>.</summary>
internal sealed class WireGateway
{
    private readonly Lock one = new();
    private int revision;

    /// <summary>Of the files that it knows.</summary>
    public List<string> Names { get; } = ["AGENTS.md", "BOOTSTRAP.md", "SOUL.md", "TOOLS.md", "USER.md"];

    public JsonObject Agents { get; private set; } = [];

    public ConcurrentDictionary<(string Agent, string Name), string> Files { get; } = [];

    /// <summary>The call under which the line breaks with 1012; 0: none.</summary>
    public int Breaks { get; set; }

    /// <summary>What is asked is done before it breaks.</summary>
    public bool Heard { get; set; }

    public int Count { get; set; }

    /// <summary>So often somebody else adds an agent just before our patch.</summary>
    public int Meddles { get; set; }

    /// <summary>Answers in its place; null: it answers itself.</summary>
    public Func<FakeCall, FakeReply?> Instead { get; set; } = _ => null;

    public void Clear()
    {
        lock (one)
        {
            Agents = [];
            Files.Clear();
        }
    }

    public FakeGateway Start() =>
        FakeGateway.Start(async line =>
        {
            await line.GreetAsync();
            while (await line.ReadAsync() is { } call)
            {
                bool breaks;
                FakeReply? reply = null;
                lock (one)
                {
                    breaks = ++Count == Breaks;
                    if (!breaks || Heard)
                    {
                        reply = Instead(call) ?? Answer(call);
                    }
                }

                if (breaks)
                {
                    await line.CloseAsync(1012, "service restart");
                    return;
                }

                await line.ReplyAsync(call, reply!);
            }
        });

    /// <summary>To one call, of a line that somebody else holds.</summary>
    public FakeReply Reply(FakeCall call)
    {
        lock (one)
        {
            return Answer(call);
        }
    }

    private FakeReply Answer(FakeCall call)
    {
        var id = (string?)call.Params["agentId"] ?? "";
        switch (call.Method)
        {
            case "config.get":
                var parsed = new JsonObject { ["agents"] = new JsonObject { ["entries"] = Agents.DeepClone() } };
                return FakeReply.Ok(new JsonObject { ["hash"] = $"h{revision}", ["parsed"] = parsed }.ToJsonString());
            case "config.patch":
                if (Meddles > 0)
                {
                    Agents[$"other-{Meddles--}"] = new JsonObject();
                    revision++;
                }

                return (string)call.Params["baseHash"]! == $"h{revision}"
                    ? Patched((string)call.Params["raw"]!)
                    : FakeReply.Refused("config changed since last load; re-run config.get and retry");
            case "agents.list":
                return FakeReply.Ok("""{"defaultId":"main","agents":[{"id":"main"}]}""");
            case "agents.create":
                var name = (string)call.Params["name"]!;
                if (Agents.ContainsKey(name))
                {
                    return FakeReply.Refused($"agent \"{name}\" already exists");
                }

                Agents[name] = new JsonObject { ["name"] = name, ["workspace"] = (string)call.Params["workspace"]! };
                revision++;
                return FakeReply.Ok();
            case "agents.update":
                Agents[id]!["name"] = (string)call.Params["name"]!;
                revision++;
                return FakeReply.Ok();
            case "agents.files.list":
                return FakeReply.Ok(
                    new JsonObject { ["files"] = new JsonArray([.. Names.Select(n => Listed(id, n))]) }.ToJsonString()
                );
            case "agents.files.get":
                var file = Listed(id, (string)call.Params["name"]!).AsObject();
                file["content"] = Files.GetValueOrDefault((id, (string)call.Params["name"]!));
                return FakeReply.Ok(new JsonObject { ["file"] = file }.ToJsonString());
            case "agents.files.set" when !Names.Contains((string)call.Params["name"]!):
                return FakeReply.Refused($"unsupported file \"{call.Params["name"]}\"");
            case "agents.files.set":
                Files[(id, (string)call.Params["name"]!)] = (string)call.Params["content"]!;
                return FakeReply.Ok();
            default:
                return FakeReply.Ok();
        }
    }

    private FakeReply Patched(string raw)
    {
        foreach (var (id, change) in JsonNode.Parse(raw)!["agents"]!["entries"]!.AsObject())
        {
            var agent = Agents[id] as JsonObject ?? [];
            Agents[id] ??= agent;
            foreach (var (key, value) in change!.AsObject())
            {
                agent[key] = value?.DeepClone();
            }
        }

        revision++;
        return FakeReply.Ok();
    }

    private JsonNode Listed(string agent, string name) =>
        Files.TryGetValue((agent, name), out var text)
            ? new JsonObject
            {
                ["name"] = name,
                ["missing"] = false,
                ["size"] = Encoding.UTF8.GetByteCount(text),
                ["updatedAtMs"] = text.GetHashCode(StringComparison.Ordinal) & 0xffff,
            }
            : new JsonObject { ["name"] = name, ["missing"] = true };
}
