using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Conformance.Gateway.Control;

/// <summary>What every control plane does, whatever gateway stands behind it.</summary>
internal static class ControlPlaneSuite
{
    /// <param name="workspaces">A folder where the gateway may make workspaces.</param>
    /// <param name="revision">Another one after each write of the gateway's configuration.</param>
    public static async Task RunAsync(IControlPlane plane, string workspaces, Func<Task<string>> revision)
    {
        var lisa = Agent("lisa-1", "Lisa", workspaces);
        await plane.UpsertAgentsAsync([lisa]);

        // What was made can be used at once.
        await plane.SetAgentFileAsync("lisa-1", "SOUL.md", "# Soul of Lisa\n");
        (await plane.ListAgentFilesAsync("lisa-1"))["SOUL.md"].Missing.ShouldBeFalse();
        (await plane.ListSupportedFilesAsync()).ShouldContain("SOUL.md");

        // What was written can be read, and is seen to be as it was without being read.
        (await plane.ReadAgentFileAsync("lisa-1", "SOUL.md")).ShouldBe("# Soul of Lisa\n");
        (await plane.ReadAgentFileAsync("lisa-1", "MEMORY.md")).ShouldBeNull();
        var listed = (await plane.ListAgentFilesAsync("lisa-1"))["SOUL.md"];
        listed.Size.ShouldBe(15);
        listed.UpdatedAtMs.ShouldNotBeNull();
        (await plane.ListAgentFilesAsync("lisa-1"))["SOUL.md"].ShouldBe(listed);
        (await Should.ThrowAsync<CreelException>(() => plane.ReadAgentFileAsync("lisa-1", "NOSUCH.md"))).Fault.Code.ShouldBe(
            "unsupported-file"
        );
        (await plane.DeleteAgentFileAsync("lisa-1", "SOUL.md")).ShouldBeFalse();
        var roster = await plane.ReadRosterAsync();
        roster.Agents.Keys.ShouldContain("lisa-1");
        roster.WouldChange([lisa.Entry]).ShouldBeFalse();
        roster.WouldChange([lisa.Entry with { Heartbeat = new JsonObject { ["every"] = "31m" } }]).ShouldBeTrue();

        // Who is there is found with all that a habitat takes in of them.
        var found = (await plane.FindAgentsAsync()).Single(a => a.Id == "lisa-1");
        (found.Name, found.Workspace, found.Session).ShouldBe(("Lisa", lisa.Workspace, "agent:lisa-1:main"));
        Payloads.Text(found.Heartbeat, "every").ShouldBe("30m");

        // The second time nothing is written.
        var before = await revision();
        await plane.UpsertAgentsAsync([lisa]);
        await plane.PatchHeartbeatsAsync([lisa.Entry]);
        (await revision()).ShouldBe(before);

        // One after another, none is lost.
        await plane.UpsertAgentsAsync([Agent("bart-1", "Bart", workspaces), Agent("maggie-1", "Maggie", workspaces)]);
        foreach (var id in new[] { "lisa-1", "bart-1", "maggie-1" })
        {
            await plane.SetAgentFileAsync(id, "AGENTS.md", $"# {id}\n");
        }

        // Many at once, and only what differs.
        var slower = new JsonObject { ["every"] = "45m" };
        await plane.PatchHeartbeatsAsync([lisa.Entry with { Heartbeat = slower }, Agent("bart-1", "Bart", workspaces).Entry]);
        before = await revision();
        await plane.PatchHeartbeatsAsync([lisa.Entry with { Heartbeat = slower }]);
        (await revision()).ShouldBe(before);

        var refused = await Should.ThrowAsync<CreelException>(() => plane.SetAgentFileAsync("lisa-1", "NOSUCH.md", "x"));
        refused.Fault.Code.ShouldBe("unsupported-file");
        refused = await Should.ThrowAsync<CreelException>(() => plane.SetAgentFileAsync("lisa-1", "../SOUL.md", "x"));
        refused.Fault.Code.ShouldBe("unsupported-file");

        await plane.EnsureSessionAsync("agent:lisa-1:work", "Lisa at work");
        await plane.EnsureSessionAsync("agent:lisa-1:work", "Lisa at work");
        await plane.ResetSessionAsync("agent:lisa-1:work");
        await plane.DeleteSessionAsync("agent:lisa-1:work");
        await plane.DeleteSessionAsync("agent:lisa-1:work");
        await plane.EnsureSessionAsync("", "nobody");

        await plane.DeleteAgentAsync("bart-1");
        await plane.DeleteAgentAsync("bart-1");
        await Should.ThrowAsync<CreelException>(() => plane.SetAgentFileAsync("bart-1", "SOUL.md", "x"));
        await plane.SetAgentFileAsync("maggie-1", "SOUL.md", "still there");
    }

    private static AgentRegistration Agent(string id, string name, string workspaces) =>
        new(id, name, Path.Combine(workspaces, $"workspace-{id}"), new JsonObject { ["every"] = "30m", ["target"] = "none" });
}
