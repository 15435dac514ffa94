using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Patching;
using Microsoft.Win32.SafeHandles;

namespace Creel.Adapters.Files;

/// <summary>A habitat file, the local file beside it, and what they include.</summary>
public sealed class HabitatFiles
{
    private const long MaxLength = 16 * 1024 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly HabitatVariables variables;
    private readonly string? home;
    private readonly HabitatManner manner;

    /// <param name="file">The habitat file, as the user named it.</param>
    /// <param name="variables">For <c>${VAR}</c>.</param>
    /// <param name="home">What <c>~</c> stands for, absolute.</param>
    public HabitatFiles(string file, HabitatVariables variables, string? home, HabitatManner manner = default)
    {
        (File, this.variables, this.home, this.manner) = (file, variables, home, manner);
        LocalFile = Path.Combine(Path.GetDirectoryName(file) ?? "", $"{Path.GetFileNameWithoutExtension(file)}.local.json5");
        Folder = Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/";
    }

    public string File { get; }

    /// <summary><c>habitat.local.json5</c> for <c>habitat.json5</c>, in the same folder.</summary>
    public string LocalFile { get; }

    /// <summary>The folder of both, absolute.</summary>
    public string Folder { get; }

    /// <exception cref="CreelException">
    /// The file is missing, can't be read, is too large or is not UTF-8. What is wrong inside is in the reading.
    /// </exception>
    public HabitatSnapshot Read() => Read(ReadLocal());

    /// <summary>As <see cref="Read()"/>, with another text for the main file.</summary>
    internal HabitatSnapshot ReadAs(string main) => Read(ReadLocal(), main);

    /// <summary>As <see cref="Read()"/>, with another text for the local file: what would be if it said so.</summary>
    internal HabitatSnapshot Read(string? local, string? written = null)
    {
        // What is not read again is not written: nothing could change it after.
        CheckLength(LocalFile, local);
        CheckLength(File, written);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var main =
            written
            ?? Text(File)
            ?? throw new CreelException(Fault.NotFound("habitat-missing", $"there is no habitat file {File}"));
        Append(hash, main);
        Append(hash, local);
        var included = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        var input = new HabitatInput
        {
            Main = new HabitatSource(File, main),
            Local = local is null ? null : new HabitatSource(LocalFile, local),
            Variables = variables.Given,
            Withheld = variables.Withheld,
            BaseFolder = Folder,
            StateFolder = ConfigChange.IsInPlace(File) ? Folder : null,
            HomeFolder = home,
            Include = path => included[path] = Included(path),
            Really = name => RealPath.Of(Path.Combine(Folder, name)),
            Lenient = manner.Lenient,
            Profile = manner.Profile,
        };
        var reading = HabitatReader.Read(input);
        foreach (var (path, text) in included)
        {
            Append(hash, path);
            Append(hash, text);
        }

        var texts = input with { Include = path => included.GetValueOrDefault(path) };
        return new HabitatSnapshot(File, LocalFile, Convert.ToHexStringLower(hash.GetHashAndReset()), reading, texts, included)
        {
            OtherHand = OtherHands.Of(File, [LocalFile, .. included.Keys.Select(path => Path.Combine(Folder, path))]),
        };
    }

    /// <summary>The folder may be writable for others, and this file is written by serve: a link here is somebody else's, and what it leads
    /// to would be told in an error.</summary>
    internal string? ReadLocal() => new FileInfo(LocalFile).LinkTarget is null ? Text(LocalFile, LocalHandle) : throw Linked();

    private SafeFileHandle LocalHandle()
    {
        try
        {
            return OperatingSystem.IsLinux()
                ? BeneathFile.OpenRead(Folder, Path.GetFileName(LocalFile))
                : System.IO.File.OpenHandle(LocalFile);
        }
        catch (CreelException e) when (e.Fault.Kind == FaultKind.NotFound)
        {
            throw new FileNotFoundException(e.Fault.Message, e);
        }
        catch (CreelException e) when (e.Fault.Kind != FaultKind.Refused)
        {
            throw new IOException(e.Fault.Message, e);
        }
    }

    private CreelException Linked() =>
        new(
            Fault.Refused(
                "symlink",
                $"{LocalFile} is a symbolic link",
                "Put the file itself there: Creel writes it, and follows no link for it."
            )
        );

    /// <summary>Null where there is no such file; a link may not lead out of the habitat's folder.</summary>
    private string? Included(string path)
    {
        var real = RealPath.Of(Path.Combine(Folder, path));
        var folder = RealPath.Of(Folder);
        if (
            real is null
            || folder is null
            || !System.IO.File.Exists(real)
            || !real.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal)
        )
        {
            return null;
        }

        // A file of two names may be in another folder too, and somebody else's.
        return FileFacts.Of(real) is { IsFile: true, Links: 1 }
            ? Text(real)
            : throw new CreelException(
                Fault.Refused(
                    "include-link",
                    $"{path} is included, and is a file of more than one name",
                    "Copy it there instead."
                )
            );
    }

    private static string? Text(string file) =>
        Text(file, () => System.IO.File.OpenHandle(file, share: FileShare.ReadWrite | FileShare.Delete));

    private static string? Text(string file, Func<SafeFileHandle> open)
    {
        try
        {
            using var stream = new FileStream(open(), FileAccess.Read);
            if (stream.Length > MaxLength)
            {
                throw new CreelException(new Fault(FaultKind.TooLarge, "habitat-size", $"{file} is larger than 16 MiB"));
            }

            using var reader = new StreamReader(stream, Utf8);
            return reader.ReadToEnd();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (DecoderFallbackException error)
        {
            throw new CreelException(Fault.Invalid("habitat-encoding", $"{file} is not UTF-8 text", "Save it as UTF-8."), error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(Fault.Unavailable("habitat-unreadable", $"{file} can't be read: {error.Message}"), error);
        }
    }

    private static void CheckLength(string file, string? text)
    {
        if (text is not null && Utf8.GetByteCount(text) > MaxLength)
        {
            throw new CreelException(
                new Fault(FaultKind.TooLarge, "habitat-size", $"{file} would be larger than 16 MiB", "Nothing was written.")
            );
        }
    }

    /// <summary>With its length, so that text can't move from one file to the next unseen.</summary>
    private static void Append(IncrementalHash hash, string? text)
    {
        var bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, text is null ? -1 : bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
