using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Docker;

/// <summary>What can be done with a container once it is there, by this process or by an earlier one.</summary>
internal sealed class Containers(Engine engine, TimeProvider time)
{
    /// <summary>How it ended, in the cell's folder: the container itself is gone by then.</summary>
    private const string EndFile = "end.json";

    private const int LogLines = 500;

    private static readonly TimeSpan MostPause = TimeSpan.FromSeconds(5);

    /// <summary>All containers of this cell, of whatever start.</summary>
    public async Task<IReadOnlyList<JsonNode>> OfAsync(CellId cell, CancellationToken cancel)
    {
        var reply = await engine.GetAsync($"containers/json?all=1&filters={Labels.Filter(cell)}", cancel).ConfigureAwait(false);
        return [.. reply.OrFail("list its containers").Json!.AsArray().Select(c => c!)];
    }

    /// <summary>The host's folders and files that it sees, as the engine was told; none where it can't say.</summary>
    public async Task<IReadOnlyList<string>> SourcesAsync(DockerHandle handle, CancellationToken cancel)
    {
        var reply = await engine.GetAsync($"containers/{handle.Container}/json", cancel).ConfigureAwait(false);
        var mounts = reply.Ok ? reply.Json!["HostConfig"]?["Mounts"] as JsonArray : null;
        return
        [
            .. (mounts ?? [])
                .Where(mount => mount?["Type"]?.GetValue<string>() == "bind")
                .Select(mount => mount!["Source"]!.GetValue<string>()),
        ];
    }

    public async Task<CellObservation> InspectAsync(DockerHandle handle, CancellationToken cancel)
    {
        var reply = await engine.GetAsync($"containers/{handle.Container}/json", cancel).ConfigureAwait(false);
        if (reply.Status == 404)
        {
            return Remembered(handle) ?? ContainerEnding.Gone;
        }

        return ContainerEnding.Of(reply.OrFail("look at a container").Json!);
    }

    /// <summary>Until it ends, however it does; an engine that goes away meanwhile is waited for.</summary>
    public async Task<CellObservation> WaitAsync(DockerHandle handle, CancellationToken cancel)
    {
        for (var pause = TimeSpan.FromMilliseconds(200); ; pause = pause * 2 < MostPause ? pause * 2 : MostPause)
        {
            try
            {
                var reply = await engine.WaitAsync($"containers/{handle.Container}/wait", cancel).ConfigureAwait(false);
                return reply.Ok
                    ? await SettleAsync(handle, reply.Json!["StatusCode"]!.GetValue<int>(), cancel).ConfigureAwait(false)
                    : Remembered(handle) ?? ContainerEnding.Gone;
            }
            catch (CreelException)
            {
                // The cell may be alive all the same: only the engine can tell.
                await Task.Delay(pause, time, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Null where it does not run. By its control groups: the engine's own figures take it two seconds.</summary>
    public async Task<CellUsage?> MeasureAsync(DockerHandle handle, CancellationToken cancel)
    {
        return CgroupUsage.Of(Own(handle, await PidAsync(handle, cancel).ConfigureAwait(false)));
    }

    /// <summary>Its first process; null where it does not run, or in another kernel than ours.</summary>
    public async Task<int?> ProcessAsync(DockerHandle handle, CancellationToken cancel)
    {
        var pid = await PidAsync(handle, cancel).ConfigureAwait(false);
        return Own(handle, pid).Count > 0 ? pid : null;
    }

    private async Task<int> PidAsync(DockerHandle handle, CancellationToken cancel)
    {
        var reply = await engine.GetAsync($"containers/{handle.Container}/json", cancel).ConfigureAwait(false);
        return reply.Ok ? reply.Json!["State"]!["Pid"]!.GetValue<int>() : 0;
    }

    // Only those that are the container's own: some runtimes leave a hierarchy alone, and there it counts the whole machine.
    private static IReadOnlyList<string> Own(DockerHandle handle, int pid) =>
        pid > 0 ? [.. ProcessGroups.Of(pid).Where(folder => folder.Contains(handle.Container, StringComparison.Ordinal))] : [];

    /// <summary>Asks it to end, kills it after the grace, keeps what it said and how it ended, and removes it.</summary>
    public async Task RemoveAsync(DockerHandle handle, TimeSpan grace)
    {
        var at = $"containers/{handle.Container}";
        var there = await engine.GetAsync($"{at}/json", CancellationToken.None).ConfigureAwait(false);
        if (there.Ok)
        {
            await StayDownAsync(handle).ConfigureAwait(false);
            if (grace > TimeSpan.Zero)
            {
                var seconds = (int)Math.Ceiling(grace.TotalSeconds);
                (await engine.WaitAsync($"{at}/stop?t={seconds}", CancellationToken.None).ConfigureAwait(false)).OrFailUnless(
                    304,
                    "stop a container"
                );
            }
            else
            {
                (await engine.PostAsync($"{at}/kill", null, CancellationToken.None).ConfigureAwait(false)).OrFailUnless(
                    409,
                    "kill a container"
                );
            }

            await engine.WaitAsync($"{at}/wait", CancellationToken.None).ConfigureAwait(false);
            Remember(handle, await InspectAsync(handle, CancellationToken.None).ConfigureAwait(false));
            await KeepLogAsync(handle).ConfigureAwait(false);
        }

        (await engine.DeleteAsync($"{at}?force=1&v=1", CancellationToken.None).ConfigureAwait(false)).OrFailUnless(
            404,
            "remove a container"
        );
    }

    /// <summary>The last that it said, into the cell's log.</summary>
    private async Task KeepLogAsync(DockerHandle handle)
    {
        var reply = await engine
            .GetAsync($"containers/{handle.Container}/logs?stdout=1&stderr=1&tail={LogLines}", CancellationToken.None)
            .ConfigureAwait(false);
        if (reply.Ok && Directory.Exists(handle.Folder))
        {
            CellFiles.RotateLog(handle.Folder);
            await using var log = new FileStream(Path.Combine(handle.Folder, CellFiles.Log), FileMode.Append);
            await log.WriteAsync(ContainerLog.Plain(reply.Body)).ConfigureAwait(false);
        }
    }

    public static void Forget(string folder) => File.Delete(Path.Combine(folder, EndFile));

    // It has ended: from here on Creel decides what becomes of it.
    private async Task<CellObservation> SettleAsync(DockerHandle handle, int code, CancellationToken cancel)
    {
        var reply = await engine.GetAsync($"containers/{handle.Container}/json", cancel).ConfigureAwait(false);
        if (!reply.Ok)
        {
            return Remembered(handle) ?? ContainerEnding.Gone;
        }

        await StayDownAsync(handle).ConfigureAwait(false);
        await engine.PostAsync($"containers/{handle.Container}/kill", null, CancellationToken.None).ConfigureAwait(false);
        // Killed because somebody removes it: then it is on its way out, or gone.
        var now = await engine.GetAsync($"containers/{handle.Container}/json", CancellationToken.None).ConfigureAwait(false);
        var removed = !now.Ok || now.Json!["State"]!["Status"]?.GetValue<string>() == "removing";
        var end = removed ? ContainerEnding.Gone : ContainerEnding.Of(reply.Json!, code);
        Remember(handle, end);
        return end;
    }

    private Task<EngineReply> StayDownAsync(DockerHandle handle) =>
        engine.PostAsync(
            $"containers/{handle.Container}/update",
            new JsonObject { ["RestartPolicy"] = new JsonObject { ["Name"] = "no" } },
            CancellationToken.None
        );

    private static void Remember(DockerHandle handle, CellObservation end)
    {
        // What was seen first is how it ended; a kill after that is ours.
        if (!end.Running && Remembered(handle) is null && Directory.Exists(handle.Folder))
        {
            var ended = new JsonObject
            {
                ["container"] = handle.Container,
                ["reason"] = end.Reason,
                ["exitCode"] = end.ExitCode,
            };
            CellFiles.Write(handle.Folder, EndFile, ended.ToJsonString());
        }
    }

    private static CellObservation? Remembered(DockerHandle handle)
    {
        try
        {
            return
                CellFiles.Read(handle.Folder, EndFile) is { } text
                && JsonNode.Parse(text) is JsonObject ended
                && ended["container"]?.GetValue<string>() == handle.Container
                ? new CellObservation(false, ended["reason"]?.GetValue<string>(), ended["exitCode"]?.GetValue<int>())
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
