using Creel.Core.Habitats;

namespace Creel.Tests.Habitats;

public class PathRuleTests
{
    [Theory]
    [InlineData("/srv/family", true, true)]
    [InlineData("/srv", true, false)]
    [InlineData("/opt/data", true, true)]
    [InlineData("/clawd/shared", true, true)]
    [InlineData("/mnt/disk/books", true, true)]
    [InlineData("/home/ann/books", true, true)]
    [InlineData("/home/bob/books", true, true)]
    [InlineData("/home/ann/.openclaw/workspace", false, false)]
    [InlineData("/home/bob/.local", false, false)]
    [InlineData("/home/ann/books/.git/hooks", false, false)]
    [InlineData("/home/ann/bin", false, false)]
    [InlineData("/home/ann/books/bin", true, true)]
    [InlineData("/root/bin", false, false)]
    [InlineData("/root/.cargo/bin", false, false)]
    [InlineData("/srv/site/.cache", true, true)]
    [InlineData("/var/www/site", true, true)]
    [InlineData("/tmp/books", true, true)]
    [InlineData("/root/claw", false, true)]
    [InlineData("/root", false, false)]
    [InlineData("/", false, false)]
    [InlineData("/home", false, false)]
    [InlineData("/home/ann", false, false)]
    [InlineData("/home/bob", false, false)]
    [InlineData("/tmp", false, false)]
    [InlineData("/var/tmp", false, false)]
    [InlineData("/var", false, false)]
    [InlineData("/var/www", false, false)]
    [InlineData("/var/lib/dpkg", false, false)]
    [InlineData("/var/lib/creel/workspaces/x", false, false)]
    [InlineData("/var/spool/cron", false, false)]
    [InlineData("/var/run/docker.sock", false, false)]
    [InlineData("/var/log", false, false)]
    [InlineData("/run", false, false)]
    [InlineData("/run/docker.sock", false, false)]
    [InlineData("/run/user/1000", false, false)]
    [InlineData("/srv/docker.sock", false, false)]
    [InlineData("/proc/1/root", false, false)]
    [InlineData("/sys/fs/cgroup", false, false)]
    [InlineData("/dev/shm", false, false)]
    [InlineData("/etc/cron.d", false, false)]
    [InlineData("/usr/local/bin", false, false)]
    [InlineData("/lib64", false, false)]
    [InlineData("/boot/grub", false, false)]
    [InlineData("/root/.ssh", false, false)]
    [InlineData("/home/ann/.ssh", false, false)]
    [InlineData("/home/ann/.creel/workspaces/bart", false, false)]
    [InlineData("/home/ann/.local/share/keyrings", false, false)]
    [InlineData("/tmp/.X11-unix", false, false)]
    [InlineData("/srv/a/../../etc", false, false)]
    [InlineData("/srv//a", false, true)]
    [InlineData("srv/a", false, true)]
    [InlineData("/srv/a:b", false, false)]
    public void A_habitat_may_hand_on_what_people_made_for_themselves(string path, bool shared, bool workspace)
    {
        Accepts($"{{sharedPaths: ['{path}'], agents: {{list: [{{id: 'a'}}]}}}}").ShouldBe(shared);
        Accepts($"{{agents: {{list: [{{id: 'a', workspace: '{path}'}}]}}}}").ShouldBe(workspace);
    }

    private static bool Accepts(string habitat) => Habitat.Read(habitat).Problems.All(p => p.Severity != Severity.Error);
}
