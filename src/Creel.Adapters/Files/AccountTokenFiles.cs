using System.Text;
using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Channels;

namespace Creel.Adapters.Files;

/// <summary>
/// The tokens of accounts, a file each, in a folder that is its owner's alone: <c>channels/telegram/biz.token</c>. No cell has the
/// folder.
/// </summary>
public sealed class AccountTokenFiles(string folder) : IAccountTokens
{
    private const string Ending = ".token";
    private const int Longest = 4096;

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public string? Find(ChannelAccount account)
    {
        var file = FileOf(account);
        return File.Exists(file) ? Read(file) : null;
    }

    public IReadOnlyList<ChannelAccount> List() =>
        Directory.Exists(folder)
            ?
            [
                .. from file in Directory.EnumerateFiles(folder, $"*{Ending}", SearchOption.AllDirectories)
                let channel = Path.GetFileName(Path.GetDirectoryName(file)!)
                let account = ChannelAccount.Of(channel, Path.GetFileNameWithoutExtension(file))
                where FileOf(account) == file
                orderby file
                select account,
            ]
            : [];

    public void Set(ChannelAccount account, string token)
    {
        var file = FileOf(account);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!, Owner);
            File.SetUnixFileMode(folder, Owner);
            WholeFile.Write(file, token.Trim() + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(
                Fault.Unavailable("token-write", $"the token of {account} can't be kept: {e.Message}", "look at the disk"),
                e
            );
        }
    }

    public bool Remove(ChannelAccount account)
    {
        var file = FileOf(account);
        var there = File.Exists(file);
        File.Delete(file);
        return there;
    }

    public string FromFile(string path) => Read(path);

    /// <summary>Ids of accounts have no sign that leads elsewhere; names of channels may be anybody's.</summary>
    private string FileOf(ChannelAccount account) =>
        account.Channel.Length > 0 && account.Channel.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? Path.Combine(folder, account.Channel, account.Account + Ending)
            : throw new CreelException(Fault.Invalid("channel-name", "that is no channel"));

    private static string Read(string path)
    {
        try
        {
            var facts = new FileInfo(path);
            if (facts.LinkTarget is not null || !facts.Exists)
            {
                throw new CreelException(Fault.NotFound("token-file", $"{path} is no plain file"));
            }

            if ((facts.UnixFileMode & Others) != 0)
            {
                throw new CreelException(
                    Fault.Refused("token-exposed", $"others may read {path}", $"close it with: chmod 600 {path}")
                );
            }

            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[Longest + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var text = Encoding.UTF8.GetString(bytes, 0, length).Trim();
            return length <= Longest && text.Length > 0
                ? text
                : throw new CreelException(Fault.Invalid("token-file", $"{path} holds no token"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(Fault.Missing("token-file", $"{path} can't be read: {e.Message}"), e);
        }
    }
}
