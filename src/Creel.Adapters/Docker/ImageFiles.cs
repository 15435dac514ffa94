using System.Diagnostics;
using System.Formats.Tar;
using Creel.Adapters.Linux;

namespace Creel.Adapters.Docker;

/// <summary>Files of this host, with the links that lead to them, as they lie in an image.</summary>
internal sealed class ImageFiles
{
    private const UnixFileMode Folder = (UnixFileMode)0x1ED;
    private const UnixFileMode Shared = (UnixFileMode)0x3FF;

    private static readonly string[] Programs =
    [
        .. "sh bash env ls cat cp mv rm ln mkdir rmdir chmod chown touch head tail cut sort uniq wc tr tee tac nl od seq sleep date".Split(
            ' '
        ),
        .. "basename dirname readlink realpath stat mktemp pwd echo printf test [ true false expr id whoami uname nproc timeout".Split(
            ' '
        ),
        .. "sha256sum sha1sum md5sum base64 comm join paste split df du sync yes kill nice nohup install mkfifo truncate dd tty".Split(
            ' '
        ),
        .. "stty arch hostname which find xargs grep egrep fgrep sed awk mawk gawk diff cmp patch tar gzip gunzip zcat bzip2 xz".Split(
            ' '
        ),
        .. "unzip zip ps pgrep pkill top free uptime less more file git curl openssl perl make jq setsid getopt flock unshare mount".Split(
            ' '
        ),
        .. "ssh ssh-keygen scp gpg".Split(' '),
    ];

    private static readonly string[] Folders =
    [
        "/usr/lib/git-core",
        "/usr/share/git-core/templates",
        "/usr/lib/locale/C.utf8",
        "/usr/share/perl5/Git",
        "/lib/terminfo",
        .. Architectures("perl-base"),
    ];

    private static readonly string[] Single =
    [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/ssl/openssl.cnf",
        "/etc/services",
        "/etc/protocols",
        "/etc/mime.types",
        // What creel-runtime itself is linked with.
        .. "libdl.so.2 librt.so.1 libpthread.so.0 libm.so.6 libgcc_s.so.1 libstdc++.so.6".Split(' ').SelectMany(Architectures),
    ];

    // On most systems links into /usr, by which scripts and programs name what lies there.
    private static readonly string[] Usual = ["/bin", "/sbin", "/lib", "/lib64"];

    private static readonly string[] Empty =
    [
        "/workspace",
        "/run",
        "/proc",
        "/sys",
        "/dev",
        "/root",
        "/home",
        "/var/lib/creel",
        "/opt/creel",
    ];

    private readonly SortedDictionary<string, string?> entries = new(StringComparer.Ordinal);

    /// <summary>What a cell needs; what this host lacks of it is left out.</summary>
    public static ImageFiles OfHost()
    {
        var files = new ImageFiles();
        Usual.Where(Directory.Exists).ToList().ForEach(folder => files.Real(folder));
        var programs = Programs.Select(HostTools.Find).OfType<string>().ToList();
        programs.ForEach(files.Add);
        Single.Where(File.Exists).ToList().ForEach(files.Add);
        var below = Folders.Where(Directory.Exists).SelectMany(Below).ToList();
        below.ForEach(files.Add);
        var linked = programs
            .Concat(below.Where(path => Path.GetDirectoryName(path) == "/usr/lib/git-core"))
            .Concat(Single.Where(path => path.Contains(".so")));
        Libraries(linked).ToList().ForEach(files.Add);
        return files;
    }

    /// <summary>In the order of their names, without times and owners: the same files, the same bytes.</summary>
    public void WriteTo(TarWriter writer)
    {
        foreach (var path in Empty)
        {
            AddFolders(path);
            entries.TryAdd(path, "");
        }

        foreach (var (path, link) in entries)
        {
            Write(writer, path, link);
        }

        foreach (var path in new[] { "/tmp", "/var/tmp" })
        {
            AddFolder(writer, path, Shared);
        }

        writer.WriteEntry(
            Entry(
                TarEntryType.RegularFile,
                "/etc/nsswitch.conf",
                Readable,
                Text("passwd: files\ngroup: files\nhosts: files dns\n")
            )
        );
    }

    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>A file; where a part of its path is a link, the link and what it leads to.</summary>
    private void Add(string path)
    {
        for (var steps = 0; steps < 16; steps++)
        {
            path = Real(Path.GetDirectoryName(path)!) is "/"
                ? path
                : Path.Combine(Real(Path.GetDirectoryName(path)!), Path.GetFileName(path));
            AddFolders(path);
            if (new FileInfo(path).LinkTarget is not { } target)
            {
                entries.TryAdd(path, null);
                return;
            }

            entries.TryAdd(path, target);
            path = Path.GetFullPath(target, Path.GetDirectoryName(path)!);
        }
    }

    /// <summary>The folder without links; each link on the way is an entry of its own.</summary>
    private string Real(string folder)
    {
        if (folder == "/")
        {
            return folder;
        }

        var path = Path.Combine(Real(Path.GetDirectoryName(folder)!), Path.GetFileName(folder));
        if (new DirectoryInfo(path).LinkTarget is not { } target)
        {
            return path;
        }

        AddFolders(path);
        entries.TryAdd(path, target);
        return Real(Path.GetFullPath(target, Path.GetDirectoryName(path)!));
    }

    // An empty text stands for a folder.
    private void AddFolders(string path)
    {
        for (var at = Path.GetDirectoryName(path); at is not (null or "/"); at = Path.GetDirectoryName(at))
        {
            entries.TryAdd(at, "");
        }
    }

    private static void Write(TarWriter writer, string path, string? link)
    {
        if (link == "")
        {
            AddFolder(writer, path, Folder);
        }
        else if (link is not null)
        {
            var entry = Entry(TarEntryType.SymbolicLink, path, Folder, null);
            entry.LinkName = link;
            writer.WriteEntry(entry);
        }
        else
        {
            using var content = File.OpenRead(path);
            // Neither set-uid nor set-gid: nobody gains rights in a cell.
            var mode = File.GetUnixFileMode(path) & Folder;
            writer.WriteEntry(Entry(TarEntryType.RegularFile, path, mode, content));
        }
    }

    private static void AddFolder(TarWriter writer, string path, UnixFileMode mode) =>
        writer.WriteEntry(Entry(TarEntryType.Directory, path + "/", mode, null));

    private static PaxTarEntry Entry(TarEntryType type, string path, UnixFileMode mode, Stream? content)
    {
        var entry = new PaxTarEntry(type, path[1..])
        {
            Mode = mode,
            Uid = 0,
            Gid = 0,
            ModificationTime = DateTimeOffset.UnixEpoch,
        };
        if (content is not null)
        {
            entry.DataStream = content;
        }

        return entry;
    }

    private static MemoryStream Text(string text) => new(System.Text.Encoding.UTF8.GetBytes(text));

    private static IEnumerable<string> Below(string folder) =>
        Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 });

    // Debian has a folder an architecture; others have lib64.
    private static IEnumerable<string> Architectures(string name) =>
        Directory
            .EnumerateDirectories("/usr/lib", "*-linux-gnu")
            .Append("/usr/lib64")
            .Select(folder => Path.Combine(folder, name))
            .Where(Path.Exists);

    /// <summary>What the linker would load for them, by its own word.</summary>
    private static IEnumerable<string> Libraries(IEnumerable<string> programs)
    {
        var info = new ProcessStartInfo(HostTools.Need("ldd", "libc-bin"), programs)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(info)!;
        _ = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd().Split('\n');
        process.WaitForExit();
        // "libc.so.6 => /lib/…/libc.so.6 (0x…)" and "/lib64/ld-linux… (0x…)".
        return lines
            .Select(line => line.Split("=>").Last().Trim().Split(' ')[0])
            .Where(path => path.StartsWith('/') && !path.EndsWith(':') && File.Exists(path))
            .Distinct();
    }
}
