using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Checks;

/// <summary>What would undo a sandbox, wherever it is written.</summary>
internal sealed class SandboxCheck(Findings findings)
{
    private const string Code = "sandbox_security";

    public void Check(Json5Node? node)
    {
        var sandbox = node as Json5Object;
        if (sandbox?.Value("docker") is Json5Object docker)
        {
            Network(docker, "docker");
            Unconfined(docker, "seccompProfile");
            Unconfined(docker, "apparmorProfile");
            Binds(docker);
        }

        if (sandbox?.Value("browser") is Json5Object browser)
        {
            Network(browser, "browser");
        }
    }

    private void Network(Json5Object node, string what)
    {
        if (node.Value("network") is Json5String network)
        {
            var word = network.Value.Trim().ToLowerInvariant();
            if (word == "host" || word.StartsWith("container:", StringComparison.Ordinal))
            {
                findings.Issue(
                    network.At,
                    Code,
                    $"network {Slug.Quote(word)} takes the wall away: the {what} takes 'none' or 'bridge'"
                );
            }
        }
    }

    private void Unconfined(Json5Object docker, string key)
    {
        if (
            docker.Value(key) is Json5String profile
            && profile.Value.Trim().Equals("unconfined", StringComparison.OrdinalIgnoreCase)
        )
        {
            findings.Issue(profile.At, Code, "'unconfined' takes the wall away: leave it out, or name a profile");
        }
    }

    private void Binds(Json5Object docker)
    {
        foreach (var item in ((docker.Value("binds") as Json5Array)?.Items ?? []).OfType<Json5String>())
        {
            var source = item.Value.Split(':')[0].Trim();
            if (source.Length == 0 || !source.StartsWith('/'))
            {
                findings.Issue(item.At, Code, $"{Slug.Quote(item.Value)} needs an absolute path of this machine before the ':'");
            }
        }
    }
}
