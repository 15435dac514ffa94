using System.Reflection;
using Creel.Core.Policy;

namespace Creel.Tests.Attempts;

/// <summary>An attempt that never gets through would prove nothing: each is shown to, or it is said here why it can't be.</summary>
public class EveryAttemptTests
{
    private const string Kernel = "not every kernel has it: where it does, Where_the_kernel_has_it_it_gets_through shows it";
    private const string Outside = "tests ask nobody outside of the machine";

    private static readonly Dictionary<string, string> Unshown = new()
    {
        ["host.kcore"] = Kernel,
        ["host.sysrq"] = Kernel,
        ["host.kallsyms"] = Kernel,
        ["host.sys-settings"] = Kernel,
        ["privilege.module"] = Kernel,
        ["privilege.kexec"] = Kernel,
        ["privilege.ports"] = Kernel,
        ["privilege.userfault"] = Kernel,
        ["privilege.io-uring"] = Kernel,
        ["privilege.watch-all"] = Kernel,
        ["privilege.bpf"] = Kernel,
        ["privilege.perf"] = Kernel,
        ["network.other-families"] = Kernel,
        ["host.root-home"] = "root's home may be empty: where it is not, Where_the_kernel_has_it_it_gets_through shows it",
        ["privilege.old-calls"] = "hardly any kernel has x32",
        ["host.mknod-disk"] = "root in a container may not, and need not have a disk",
        ["privilege.hard-limits"] = "root in a container may not",
        ["privilege.out-of-memory"] = "root in a container may not",
        ["privilege.setuid-programs"] = "a machine need not have one, and a process need not be able to use it",
        ["privilege.setgid"] = "what shows setuid(2) is the same answer: it is root already",
        ["resource.files"] = "the ceiling of who runs the tests may be lower",
        ["neighbour.workspace-name"] = "its place, /workspace, is in cells alone",
        ["network.neighbour-name"] = "it takes a name server that knows another machine",
        ["network.neighbour-arp"] = "it takes another machine that was just spoken to",
        ["network.gateway"] = "a gateway need not answer",
        ["network.ipv6-link"] = "a machine need not have a link with IPv6",
        ["network.host-addresses"] =
            "a machine need not have an address: where it has, Who_has_an_address_of_the_host_… shows it",
        ["outbound.address"] = "it takes a machine with a route out, or a cell whose addresses are all its own",
        ["outbound.udp"] = "it takes a machine with a route out, or a cell whose addresses are all its own",
        ["network.metadata"] = Outside,
        ["network.internet"] = Outside,
        ["network.internet-ipv6"] = Outside,
        ["network.dns"] = Outside,
    };

    [Fact]
    public void Each_is_shown_to_get_through_or_said_to_be_one_that_can_not_be_shown()
    {
        var all = Claims.Attempts.Select(a => a.Id).ToHashSet();
        var shown = typeof(EveryAttemptTests)
            .Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(EveryAttemptTests).Namespace)
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance))
            .SelectMany(Ids)
            .Where(all.Contains)
            .ToHashSet();

        all.Except(shown).Except(Unshown.Keys).ShouldBeEmpty();
        shown.Intersect(Unshown.Keys).ShouldBeEmpty();
        Unshown.Keys.Except(all).ShouldBeEmpty();
    }

    /// <summary>By its data or its mark. A test that may show nothing has neither.</summary>
    private static IEnumerable<string> Ids(MethodInfo method) =>
        method
            .GetCustomAttributes<InlineDataAttribute>()
            .SelectMany(data => data.GetData(method))
            .SelectMany(row => row.OfType<string>())
            .Concat(method.GetCustomAttributes<ShowsAttribute>().SelectMany(mark => mark.Ids));
}
