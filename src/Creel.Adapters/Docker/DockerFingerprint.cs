using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Policy;

namespace Creel.Adapters.Docker;

/// <summary>Asks the engine what it has, and starts a real container that tries what a cell must not be able to do.</summary>
internal sealed class DockerFingerprint(Engine engine, DockerOptions options, DockerDriver driver)
{
    public async Task<DriverFingerprint> TakeAsync(CancellationToken cancel)
    {
        try
        {
            var facts = EngineFacts.Of(
                (await engine.GetAsync("info", cancel).ConfigureAwait(false)).OrFail("tell about itself").Json!
            );
            if (facts.Remaps)
            {
                return No(
                    "the Docker engine maps users (userns-remap), so the folders of cells would belong to nobody there",
                    "Remove userns-remap from the engine's configuration: each cell has a uid of its own already"
                );
            }

            await ProbeCell
                .RunAsync(driver, options.Linux, NetworkMode.None, DockerProbe.Script, DockerProbe.Failures, cancel)
                .ConfigureAwait(false);
            return Yes(facts);
        }
        catch (CreelException e)
        {
            return No(e.Fault.Message, e.Fault.Remedy);
        }
    }

    private DriverFingerprint Yes(EngineFacts facts)
    {
        var root = UnixUser.IsRoot;
        var limits = facts.Limits;
        var open = limits.Open;
        var networks = NetworkSupport
            .Of(driver.Name)
            .Where(network => network is not (NetworkMode.Internal or NetworkMode.Bridge) || BridgeFirewall.Possible)
            .ToList();
        List<string> notes = [];
        if (!root)
        {
            notes.Add("all cells share the uid of whoever runs Creel, who by way of Docker is as good as root");
            notes.Add("network bridge is not offered: only root can close the host to it");
        }

        if (open.Count > 0)
        {
            notes.Add($"no limit on {string.Join(", ", open)}: this kernel or engine has none");
        }

        return new DriverFingerprint(
            driver.Name,
            driver.Level,
            true,
            $"Docker {facts.Version} makes cells" + (root ? ", each with a uid of its own" : ""),
            null,
            networks,
            limits,
            root,
            root,
            notes
        );
    }

    private DriverFingerprint No(string sentence, string? remedy) =>
        new(driver.Name, driver.Level, false, sentence, remedy, [], EnforcedLimits.No, false, false, []);
}
