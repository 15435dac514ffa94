using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Gateway;

/// <summary>
/// <c>docker.env</c> and <c>docker.setupCommand</c> of sandboxes with mode <c>all</c>, for the cells that they come to. Agents that share a cell say
/// the same, or it is not said which holds. Single variables of an agent lie over those of all.
/// </summary>
internal sealed class SandboxMaking(Json5Object? defaults, Findings findings)
{
    private const int LongestCommand = 64 * 1024;
    private readonly HashSet<Json5Place> told = [];

    public IReadOnlyList<AgentGroup> Apply(IReadOnlyList<AgentGroup> groups, IReadOnlyList<AgentDraft> drafts) =>
        [.. groups.Select(g => Of(g.Id, drafts.Where(d => d.Group == g.Id)) is { } making ? g with { Making = making } : g)];

    private CellMaking? Of(GroupId group, IEnumerable<AgentDraft> members)
    {
        var variables = new SortedDictionary<string, Json5String>(StringComparer.Ordinal);
        (string Text, Json5Place At)? command = null;
        foreach (var own in members.Select(m => m.Fields.Node.Map("sandbox")))
        {
            var sandbox = SandboxReader.Read(defaults, own);
            if (sandbox.Mode != "all")
            {
                continue;
            }

            var (wide, mine) = (defaults.Map("docker"), sandbox.Scope == "shared" ? null : own.Map("docker"));
            foreach (var (name, value) in Variables(wide.Map("env"), mine.Map("env")))
            {
                if (variables.TryAdd(name, value) || variables[name].Value == value.Value)
                {
                    continue;
                }

                Tell(
                    value.At,
                    $"{name} has another value at {variables[name].At}, and all in the cell '{group}' have one: say the same, or give the agent a group of its own"
                );
            }

            if (Command(mine?.Value("setupCommand") ?? wide?.Value("setupCommand")) is not { } said)
            {
                continue;
            }

            command ??= said;
            if (command.Value.Text != said.Text)
            {
                Tell(
                    said.At,
                    $"another setupCommand is at {command.Value.At}, and the cell '{group}' runs one: say the same, or give the agent a group of its own"
                );
            }
        }

        return variables.Count == 0 && command is null
            ? null
            : new CellMaking(variables.ToDictionary(v => v.Key, v => v.Value.Value, StringComparer.Ordinal), command?.Text);
    }

    private IEnumerable<(string Name, Json5String Value)> Variables(Json5Object? wide, Json5Object? mine)
    {
        var names = (wide?.Members ?? []).Concat(mine?.Members ?? []).Select(m => m.Key).Distinct();
        foreach (var name in names)
        {
            if ((mine?.Value(name) ?? wide?.Value(name)) is not Json5String value)
            {
                continue;
            }

            if (DockerEnvironment.Objection(name, value.Value) is { } objection)
            {
                Tell(value.At, objection);
            }
            else
            {
                yield return (name, value);
            }
        }
    }

    /// <summary>A list is lines of one script.</summary>
    private (string Text, Json5Place At)? Command(Json5Node? node)
    {
        var text = node switch
        {
            Json5String one => one.Value,
            Json5Array many => string.Join('\n', many.Items.OfType<Json5String>().Select(line => line.Value)),
            _ => "",
        };
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (text.Length > LongestCommand || text.Contains('\0', StringComparison.Ordinal))
        {
            Tell(
                node!.At,
                $"a command has at most {LongestCommand} characters and no zero byte: put it into a script in the workspace"
            );
            return null;
        }

        return (text, node!.At);
    }

    /// <summary>What is wrong with the defaults is so for each agent, and said once.</summary>
    private void Tell(Json5Place at, string message)
    {
        if (told.Add(at))
        {
            findings.Error(at, message);
        }
    }
}
