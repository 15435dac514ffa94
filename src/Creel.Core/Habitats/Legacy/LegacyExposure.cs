using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Legacy;

/// <summary>
/// What the older generators left open without being asked: containers on the host's network, sessions with no wall round theirs,
/// shared paths writable for all. Hardened, each is closed, and told where it was written; by contract it is as it was, and told loudly.
/// </summary>
/// <param name="root">Where the whole is: a level that is there was written by nobody.</param>
internal sealed class LegacyExposure(HabitatProfile profile, Json5Place root, Findings findings)
{
    /// <summary>A group's network, and the driver that can give it where only one can.</summary>
    /// <param name="said">As it was written; null where it was not.</param>
    public (Json5Node? Network, Json5Node? Driver) Network(Json5Node? said, Json5Node level, Json5Place at, string group)
    {
        var word = (said as Json5String)?.Value;
        if (profile == HabitatProfile.Contract && level is Json5String { Value: "none" })
        {
            var why = level.At == root ? ", since the file names no isolation" : "";
            findings.Warn(level.At, $"EXPOSED: the cell '{group}' has no walls: its level is none{why}");
        }

        return ((level as Json5String)?.Value, profile) switch
        {
            ("container", HabitatProfile.Contract) => (Exposed(said ?? Tree.Text(at, "host"), group), null),
            ("container", _) when word == "host" => (Closed(said!, "is the host's own network"), null),
            ("session", HabitatProfile.Contract) => (Exposed(Ignored(said, "host", at)!, group), Tree.Text(at, "systemd")),
            ("session", _) when word is "host" => (Closed(said!, "is the host's own network"), null),
            ("session", _) when word is "internal" or "isolated" => (Closed(said!, "was never applied to a session"), null),
            ("none", _) when word is "none" or "internal" or "isolated" => (Ignored(said, null, at), null),
            ("none", _) when word is "host" => (null, null),
            _ => (said, null),
        };
    }

    /// <summary>The generators mounted them writable; here a path is read-only unless it says otherwise.</summary>
    public Json5Node? Shared(Json5Node? paths)
    {
        if (profile != HabitatProfile.Contract || paths is not Json5Array list)
        {
            return paths;
        }

        return list with
        {
            Items =
            [
                .. list.Items.Select(item =>
                {
                    if (item is not Json5String path)
                    {
                        return item;
                    }

                    findings.Warn(item.At, $"EXPOSED: every cell may write in {Slug.Quote(path.Value)}");
                    return Tree.Object(item.At, ("path", path), ("mode", Tree.Text(item.At, "rw")));
                }),
            ],
        };
    }

    private Json5Node Exposed(Json5Node network, string group)
    {
        if (network is Json5String { Value: "host" })
        {
            findings.Warn(
                network.At,
                $"EXPOSED: the cell '{group}' is on the host's network: it reaches every service of this machine, "
                    + "whatever the machine reaches, and the older ports are open to it"
            );
        }

        return network;
    }

    /// <summary>Creel's default takes its place.</summary>
    private Json5Node? Closed(Json5Node said, string why)
    {
        findings.Warn(
            said.At,
            $"{Slug.Quote((said as Json5String)?.Value)} {why}; taken as 'proxy': --profile contract has the old way"
        );
        return null;
    }

    private Json5Node? Ignored(Json5Node? said, string? instead, Json5Place at)
    {
        if (said is Json5String { Value: not "host" } written)
        {
            findings.Warn(said.At, $"{Slug.Quote(written.Value)} was never applied at this level, and is not now");
        }

        return instead is null ? null : Tree.Text((said?.At) ?? at, instead);
    }
}
