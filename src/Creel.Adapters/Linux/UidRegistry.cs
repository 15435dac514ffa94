using System.Globalization;
using System.Text;
using Creel.Core;
using Creel.Core.Policy;

namespace Creel.Adapters.Linux;

/// <summary>
/// The machine's book of uid ranges: a line for each CREEL_HOME. It outlives a reboot, since files keep their owners.
/// A range is given to another home only when its own is known to be deleted.
/// </summary>
public sealed class UidRegistry
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string On = "on ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly string folder;
    private readonly IReadOnlyList<string> elsewhere;

    /// <param name="elsewhere">Files like subuid(5): who else hands uids out.</param>
    public UidRegistry(string folder = "/var/lib/creel-uids", params IReadOnlyList<string> elsewhere)
    {
        this.folder = folder;
        this.elsewhere = elsewhere is [] ? ["/etc/subuid", "/etc/subgid"] : elsewhere;
    }

    /// <summary>Where the kernel tells what is mounted.</summary>
    internal string MountTable { get; init; } = "/proc/self/mountinfo";

    private string Book => Path.Combine(folder, "ranges");

    /// <summary>The range of a home, the same at each start.</summary>
    /// <param name="home">Its real path.</param>
    /// <returns>The first uid, and a sentence where others may hand out the same uids.</returns>
    /// <exception cref="CreelException">All ranges are taken, or the book can't be kept.</exception>
    public async Task<(int First, string? Warning)> ClaimAsync(string home, TimeProvider time, CancellationToken cancel)
    {
        if (home.Contains('\n'))
        {
            throw new CreelException(Fault.Invalid("home", "CREEL_HOME must have no line break in its path"));
        }

        try
        {
            Directory.CreateDirectory(folder, OwnerFile | UnixFileMode.UserExecute);
            using var held = await HoldAsync(time, cancel).ConfigureAwait(false);
            var spans = elsewhere.SelectMany(KernelFile.Lines).Select(Span).OfType<UidSpan>().ToList();
            var lines = File.Exists(Book) ? await File.ReadAllLinesAsync(Book, cancel).ConfigureAwait(false) : [];
            var mounted = MountPoint.All(MountTable);
            var mounts = lines
                .Select(Mount)
                .OfType<(int First, MountPoint Mount)>()
                .DistinctBy(m => m.First)
                .ToDictionary(m => m.First, m => m.Mount);
            var claims = lines.Select(line => Claim(line, mounts, mounted)).OfType<UidClaim>().ToList();
            var first = UidRanges.Choose(claims, home, spans) ?? throw UsedUp();
            mounts.Remove(first);
            if (MountPoint.Of(home, mounted) is { } mount)
            {
                mounts[first] = mount;
            }

            WholeFile.Write(Book, Text(claims.Where(c => c.First != first).Append(new UidClaim(first, home, false)), mounts));
            return (first, spans.FirstOrDefault(span => span.Overlaps(first)) is { } other ? Warning(first, other) : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(
                Fault.Unavailable(
                    "uid-ranges",
                    $"the book of uid ranges in {folder} can't be kept: {e.Message}",
                    "Make it writable"
                ),
                e
            );
        }
    }

    private async Task<FileStream> HoldAsync(TimeProvider time, CancellationToken cancel)
    {
        var begin = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (time.GetElapsedTime(begin) < Patience)
            {
                await Task.Delay(Pause, time, cancel).ConfigureAwait(false);
            }
        }
    }

    private static string Text(IEnumerable<UidClaim> claims, IReadOnlyDictionary<int, MountPoint> mounts)
    {
        var text = new StringBuilder("# The first uid of the cells of each CREEL_HOME, and the file system that it is on.\n");
        foreach (var claim in claims.OrderBy(claim => claim.First))
        {
            text.Append(CultureInfo.InvariantCulture, $"{claim.First} {claim.Home}\n");
            if (mounts.TryGetValue(claim.First, out var mount))
            {
                text.Append(CultureInfo.InvariantCulture, $"{On}{claim.First} {mount.Place} {mount.Source}\n");
            }
        }

        return text.ToString();
    }

    private static UidClaim? Claim(string line, IReadOnlyDictionary<int, MountPoint> mounts, IReadOnlyList<MountPoint> mounted) =>
        line.Split(' ', 2) is [var number, var home] && Number(number) is { } first
            ? new UidClaim(first, home, IsGone(home, mounts.GetValueOrDefault(first), mounted))
            : null;

    /// <summary>Nobody deleted a home that is only not mounted: its files still belong to its uids.</summary>
    /// <param name="mount">What it was on; null where that was not written down.</param>
    private static bool IsGone(string home, MountPoint? mount, IReadOnlyList<MountPoint> mounted) =>
        !Directory.Exists(home)
        && (mount is null ? Directory.Exists(Path.GetDirectoryName(home)) : MountPoint.Of(home, mounted) == mount);

    private static (int First, MountPoint Mount)? Mount(string line) =>
        line.StartsWith(On, StringComparison.Ordinal)
        && line.Split(' ') is [_, var number, var place, var source]
        && Number(number) is { } first
            ? (first, new MountPoint(place, source))
            : null;

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static UidSpan? Span(string line) =>
        line.Split(':') is [var owner, var first, var count]
        && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
        && long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var many)
            ? new UidSpan(owner, from, many)
            : null;

    private static string Warning(int first, UidSpan other) =>
        $"the uids {first} to {first + UidRanges.Size - 1} of this Creel's cells may also be handed out to {other.Owner} (/etc/subuid, "
        + "/etc/subgid): a container of theirs could then be the same user as a cell";

    private CreelException UsedUp() =>
        new(
            Fault.Conflict(
                "uid-ranges",
                $"all {UidRanges.Most} uid ranges of this machine are taken by other Creels",
                $"Remove a CREEL_HOME that is not used any more, or take the line of one that will never be mounted again out of {Book}"
            )
        );
}
