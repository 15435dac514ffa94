using System.Globalization;
using System.Net.Http.Headers;
using Creel.Core.Channels;

namespace Creel.Adapters.Telegram;

/// <summary>A bot's files, there and back.</summary>
internal sealed class TelegramMedia(TelegramApi api, Func<TelegramException, SendException> refusal)
{
    private const int LongestCaption = 1024;

    /// <summary>Telegram gives bots no larger ones, and shows no larger pictures.</summary>
    private const long LargestFetched = 20 * 1024 * 1024;
    private const int LargestPicture = 10_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Upload = TimeSpan.FromMinutes(3);

    public async Task<byte[]> FetchAsync(Attachment attachment, long most, CancellationToken cancel)
    {
        try
        {
            var file = await api.CallAsync("getFile", json => json.WriteString("file_id", attachment.Reference), Patience, cancel)
                .ConfigureAwait(false);
            var limit = Math.Min(most, LargestFetched);
            if (Json.Number(file, "file_size") > limit)
            {
                throw TooLarge(limit);
            }

            return await api.FileAsync(Json.Text(file, "file_path") ?? "", limit, cancel).ConfigureAwait(false)
                ?? throw TooLarge(limit);
        }
        catch (TelegramException e)
        {
            throw refusal(e);
        }
    }

    public async Task SendAsync(
        TelegramPlace place,
        OutboundMessage message,
        string name,
        byte[] content,
        CancellationToken cancel
    )
    {
        var picture = IsPicture(content);
        try
        {
            await SendAsync(place, message, name, content, picture, cancel).ConfigureAwait(false);
        }
        catch (TelegramException e) when (picture && e.Code == 400)
        {
            // Of a shape that it does not show; as a file it takes it.
            await SendAsync(place, message, name, content, false, cancel).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(
        TelegramPlace place,
        OutboundMessage message,
        string name,
        byte[] content,
        bool picture,
        CancellationToken cancel
    )
    {
        using var form = new MultipartFormDataContent();
        Add(form, "chat_id", place.Chat.ToString(CultureInfo.InvariantCulture));
        if (place.Thread is { } thread)
        {
            Add(form, "message_thread_id", thread.ToString(CultureInfo.InvariantCulture));
        }

        if (TelegramPlace.Message(message.ReplyTo) is { } answered)
        {
            Add(form, "reply_parameters", $"{{\"message_id\":{answered},\"allow_sending_without_reply\":true}}");
        }

        if (message.Text.Length > 0)
        {
            Add(form, "caption", message.Text.Length <= LongestCaption ? message.Text : message.Text[..LongestCaption]);
        }

        var file = new ByteArrayContent(content);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(file, picture ? "photo" : "document", Plain(name));
        await api.CallAsync(picture ? "sendPhoto" : "sendDocument", form, Upload, cancel).ConfigureAwait(false);
    }

    private static void Add(MultipartFormDataContent form, string name, string value) => form.Add(new StringContent(value), name);

    private static SendException TooLarge(long most) =>
        new(string.Create(CultureInfo.InvariantCulture, $"it has more than {most / 1024d / 1024d:0.##} MB"), null);

    private static string Plain(string name)
    {
        var plain = string.Concat(name.Select(c => char.IsControl(c) || c is '"' or '/' or '\\' ? '_' : c));
        return plain.Length == 0 ? "file" : plain;
    }

    private static bool IsPicture(ReadOnlySpan<byte> content) =>
        content.Length <= LargestPicture
        && (
            content.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff])
            || content.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4e, 0x47])
        );
}
