using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Creel.Core;
using Creel.Core.Channels;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Channels;

/// <summary>
/// Files on their way: what came with a message is fetched by its account and put into the agent's workspace, and what an agent names is
/// read there and sent. The account's token is in none of it.
/// </summary>
internal sealed class Media(ChannelsParts parts, AccountBookDoor accounts)
{
    private const double UsualMegabytes = 5;
    private const int AtOnce = 4;

    /// <summary>Of each account: a messenger that hangs holds up its own files alone.</summary>
    private readonly ConcurrentDictionary<ChannelAccount, SemaphoreSlim> places = new();

    /// <summary>The text for the agent, with a line for each file, and the pictures among them. May take a while.</summary>
    public async Task<(string Text, IReadOnlyList<string> Images)> BringAsync(InboundTurn turn)
    {
        if (turn.Attachments is not { Count: > 0 } attachments)
        {
            return (turn.Text, []);
        }

        var (text, images) = (new StringBuilder(turn.Text), new List<string>());
        for (var i = 0; i < attachments.Count; i++)
        {
            var (line, path) = await BringAsync(turn, attachments[i], i);
            text.Append(text.Length > 0 ? "\n" : "").Append(line);
            if (path is not null && Type(attachments[i]).StartsWith("image/", StringComparison.Ordinal))
            {
                images.Add(path);
            }
        }

        return (text.ToString(), images);
    }

    /// <summary>Whether an agent's files can leave by this account.</summary>
    public bool Sends(ChannelAccount account) =>
        parts.Ports.Media is not null && accounts.Find(account)?.Channel is IMediaChannel;

    /// <summary>Sends a message with its file; where there is none, the text says so.</summary>
    /// <exception cref="SendException">As <see cref="IChannel.SendAsync"/>.</exception>
    public async Task SendAsync(
        LiveAccount account,
        IChannel channel,
        OutboundMessage message,
        OutboundFile file,
        CancellationToken cancel
    )
    {
        byte[] content;
        try
        {
            content = await parts.Ports.Media!.GetAsync(AgentId.Parse(file.Agent), file.Path, Most(account), cancel);
        }
        catch (CreelException e)
        {
            parts.Log.LogWarning("a file of {Agent} can't be sent by {Account}: {Fault}", file.Agent, account.Id, e.Fault);
            await SayAsync("it is not there, or no file of its own, or too large");
            return;
        }

        try
        {
            await ((IMediaChannel)channel).SendFileAsync(message, file.Name, content, cancel);
        }
        catch (SendException e) when (e.RetryAfter is null)
        {
            parts.Log.LogWarning("a file of {Agent} can't be sent by {Account}: {Why}", file.Agent, account.Id, e.Message);
            await SayAsync(e.Message);
        }

        async Task SayAsync(string why) =>
            await channel.SendAsync(
                message with
                {
                    File = null,
                    Text = $"{message.Text}\n(The file {file.Name} could not be sent: {why}.)".Trim(),
                },
                cancel
            );
    }

    private async Task<(string Line, string? Path)> BringAsync(InboundTurn turn, Attachment attachment, int index)
    {
        var account = accounts.Find(turn.Account);
        if (parts.Ports.Media is not { } media || account?.Channel is not IMediaChannel channel)
        {
            return (attachment.ToString(), null);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(parts.Stopping.Token);
        try
        {
            var most = Most(account);
            if (attachment.Size > most)
            {
                throw new SendException(TooLarge(most), null);
            }

            var content = await FetchAsync(turn.Account, channel, attachment, most, limit);
            var agent = AgentId.Parse(turn.Agent);
            var path = await media.PutAsync(agent, Name(turn, attachment, index), content, limit.Token);
            return ($"[{attachment.Kind}: {path}, {Type(attachment)}, {content.Length} bytes]", path);
        }
        catch (Exception e)
            when (e is SendException or CreelException
                || (e is OperationCanceledException && !parts.Stopping.IsCancellationRequested)
            )
        {
            var why = e switch
            {
                SendException => e.Message,
                CreelException { Fault.Message: var said } => said,
                _ => "it took too long",
            };
            parts.Log.LogWarning(
                "a {Kind} on {Account} did not reach {Agent}: {Why}",
                attachment.Kind,
                turn.Account,
                turn.Agent,
                why
            );
            return (
                $"[{attachment.Kind}{(attachment.Name is { } name ? $" {Plain(name)}" : "")}, which could not be fetched: {why}]",
                null
            );
        }
    }

    /// <param name="limit">Runs from the moment at which there is a place for it.</param>
    private async Task<byte[]> FetchAsync(
        ChannelAccount account,
        IMediaChannel channel,
        Attachment attachment,
        long most,
        CancellationTokenSource limit
    )
    {
        var place = places.GetOrAdd(account, _ => new SemaphoreSlim(AtOnce));
        for (TimeSpan? pause = null; ; )
        {
            TimeSpan wait;
            await place.WaitAsync(limit.Token);
            try
            {
                if (pause is null)
                {
                    limit.CancelAfter(parts.Config.FilePatience);
                }

                return await channel.FetchAsync(attachment, most, limit.Token);
            }
            catch (SendException e) when (e.RetryAfter is { } least && (pause is null || pause < parts.Config.LongestPause))
            {
                pause = parts.Longer(pause);
                wait = pause > least ? pause.Value : least;
            }
            finally
            {
                place.Release();
            }

            await Task.Delay(wait, parts.Time, limit.Token);
        }
    }

    private static long Most(LiveAccount account) =>
        (long)(Math.Clamp(account.Model.MediaMaxMb ?? UsualMegabytes, 0, 50) * 1024 * 1024);

    public static string TooLarge(long most) =>
        string.Create(CultureInfo.InvariantCulture, $"it has more than {most / 1024d / 1024d:0.##} MB");

    /// <summary>Follows from the message: fetched once more it is the same file.</summary>
    private static string Name(InboundTurn turn, Attachment attachment, int index)
    {
        var own =
            attachment.Name is { } name && attachment.Kind != "sticker"
                ? Plain(name)
                : $"{attachment.Kind}{Extension(attachment)}";
        return $"{turn.RunId[^12..]}-{index + 1}-{own}";
    }

    private static string Plain(string name)
    {
        var plain = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '_'))
            .TrimStart('.');
        return plain.Length <= 60 ? plain : plain[^60..].TrimStart('.');
    }

    private static string Type(Attachment attachment) =>
        attachment.MediaType is { Length: > 0 and <= 100 } type
        && type.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '+' or '-')
            ? type
            : attachment.Kind switch
            {
                "photo" => "image/jpeg",
                "sticker" => "image/webp",
                "voice" => "audio/ogg",
                "video" or "video_note" or "animation" => "video/mp4",
                _ => "application/octet-stream",
            };

    private static string Extension(Attachment attachment) =>
        Type(attachment) switch
        {
            "image/jpeg" => ".jpg",
            "image/png" => ".png",
            "image/webp" => ".webp",
            "image/gif" => ".gif",
            "audio/ogg" => ".ogg",
            "audio/mpeg" => ".mp3",
            "video/mp4" => ".mp4",
            "application/pdf" => ".pdf",
            _ => "",
        };
}
