using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Creel.Samples.Telegram;

/// <summary>
/// A Telegram on this machine, as far as bots see it, after the public documentation of the Bot API: it hands out updates until they
/// are confirmed, takes messages, refuses what Telegram refuses, and calls webhooks.
/// </summary>
public sealed class StandInTelegram : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, StandInBot> bots = new(StringComparer.Ordinal);
    private readonly WebApplication app;
    private readonly HttpClient http = new();

    private StandInTelegram(WebApplication app) => this.app = app;

    /// <summary>For <c>channels.telegram.apiRoot</c>.</summary>
    public string Root { get; private set; } = "";

    /// <summary>All messages that bots sent, in the order in which they came.</summary>
    public ConcurrentQueue<SentMessage> Sent { get; } = new();

    /// <summary>All paths that were asked for, without what is behind the token.</summary>
    public ConcurrentQueue<(string Token, string Method, JsonNode Body)> Calls { get; } = new();

    public static async Task<StandInTelegram> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var telegram = new StandInTelegram(app);
        app.UseRouting();
        app.MapPost("/{bot}/{method}", telegram.CallAsync);
        app.MapGet("/file/{bot}/{**path}", telegram.FileAsync);
        await app.StartAsync();
        telegram.Root = app.Urls.First();
        return telegram;
    }

    public StandInBot Bot(string token, long id, string username) =>
        bots.GetOrAdd(token, _ => new StandInBot(token, id, username));

    /// <summary>The token is taken back.</summary>
    public void Revoke(StandInBot bot) => bots.TryRemove(bot.Token, out _);

    /// <summary>Somebody writes; the bot finds it when it asks, or is called.</summary>
    public async Task<int?> WriteAsync(StandInBot bot, JsonObject message)
    {
        var update = bot.Add(message);
        return bot.Webhook is null ? null : await CallWebhookAsync(bot, update, bot.Webhook.Secret);
    }

    public async Task<int> CallWebhookAsync(StandInBot bot, JsonObject update, string? secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, bot.Webhook!.Url) { Content = JsonContent(update) };
        if (secret is not null)
        {
            request.Headers.Add("X-Telegram-Bot-Api-Secret-Token", secret);
        }

        using var answer = await http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var bot in bots.Values)
        {
            bot.Close();
        }

        http.Dispose();
        await app.DisposeAsync();
    }

    private static StringContent JsonContent(JsonNode json) =>
        new(json.ToJsonString(), System.Text.Encoding.UTF8, "application/json");

    private async Task CallAsync(HttpContext context)
    {
        var path = (string)context.Request.RouteValues["bot"]!;
        var method = (string)context.Request.RouteValues["method"]!;
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync() : null;
        JsonNode body = form is null
            ? await JsonNode.ParseAsync(context.Request.Body) ?? new JsonObject()
            : new JsonObject(form.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)JsonValue.Create((string?)f.Value))));
        if (!path.StartsWith("bot", StringComparison.Ordinal))
        {
            await RefuseAsync(context, 404, "Not Found");
            return;
        }

        Calls.Enqueue((path[3..], method, body));
        if (!bots.TryGetValue(path[3..], out var bot))
        {
            await RefuseAsync(context, 401, "Unauthorized");
            return;
        }

        switch (method)
        {
            case "getMe":
                await AnswerAsync(context, bot.Me());
                break;
            case "getUpdates":
                await UpdatesAsync(context, bot, body);
                break;
            case "sendMessage":
                await MessageAsync(context, bot, body);
                break;
            case "sendPhoto" or "sendDocument" when form is not null:
                await TakeFileAsync(context, bot, method, body, form);
                break;
            case "getFile":
                await GiveFileAsync(context, bot, (string?)body["file_id"] ?? "");
                break;
            case "sendChatAction":
                bot.Typed.Enqueue(body);
                await AnswerAsync(context, true);
                break;
            case "setMessageReaction":
                bot.Reacted.Enqueue(body);
                await AnswerAsync(context, true);
                break;
            case "setWebhook":
                bot.Webhook = new StandInWebhook((string)body["url"]!, (string?)body["secret_token"]);
                await AnswerAsync(context, true);
                break;
            case "setMyCommands":
                bot.Menu = [.. body["commands"]!.AsArray().Select(c => (string)c!["command"]!)];
                await AnswerAsync(context, true);
                break;
            case "deleteMyCommands":
                bot.Menu = [];
                await AnswerAsync(context, true);
                break;
            case "deleteWebhook":
                bot.Webhook = null;
                await AnswerAsync(context, true);
                break;
            default:
                await RefuseAsync(context, 404, "Not Found: method not found");
                break;
        }
    }

    private async Task TakeFileAsync(HttpContext context, StandInBot bot, string method, JsonNode body, IFormCollection form)
    {
        if (bot.NextRefusal(body) is { } refusal)
        {
            await RefuseAsync(context, refusal.Code, refusal.Description, refusal.RetryAfter, refusal.MigrateTo);
            return;
        }

        using var content = new MemoryStream();
        var file = form.Files.Single();
        await file.CopyToAsync(content);
        bot.Received.Enqueue(
            new SentFile(long.Parse((string)body["chat_id"]!), method, file.FileName, content.ToArray(), (string?)body["caption"])
        );
        await AnswerAsync(context, new JsonObject { ["message_id"] = bot.NextMessage(), ["date"] = 1_441_645_532 });
    }

    private static Task GiveFileAsync(HttpContext context, StandInBot bot, string id) =>
        bot.Files.TryGetValue(id, out var content)
            ? AnswerAsync(
                context,
                new JsonObject
                {
                    ["file_id"] = id,
                    ["file_unique_id"] = $"u{id}",
                    ["file_size"] = bot.TellsSizes ? content.Length : null,
                    ["file_path"] = $"documents/{id}.bin",
                }
            )
            : RefuseAsync(context, 400, "Bad Request: invalid file_id");

    private async Task FileAsync(HttpContext context)
    {
        var (path, file) = ((string)context.Request.RouteValues["bot"]!, (string)context.Request.RouteValues["path"]!);
        if (
            path.StartsWith("bot", StringComparison.Ordinal)
            && bots.TryGetValue(path[3..], out var bot)
            && bot.Files.TryGetValue(Path.GetFileNameWithoutExtension(file), out var content)
        )
        {
            await bot.FilesHeld.WaitAsync(context.RequestAborted);
            context.Response.ContentType = "application/octet-stream";
            await context.Response.Body.WriteAsync(content, context.RequestAborted);
            return;
        }

        await RefuseAsync(context, 404, "Not Found");
    }

    private static async Task UpdatesAsync(HttpContext context, StandInBot bot, JsonNode body)
    {
        if (bot.Webhook is not null)
        {
            await RefuseAsync(
                context,
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            );
            return;
        }

        if (bot.Conflict)
        {
            await RefuseAsync(
                context,
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            );
            return;
        }

        var updates = await bot.WaitAsync(
            (long?)body["offset"] ?? 0,
            (int?)body["limit"] ?? 100,
            TimeSpan.FromSeconds((int?)body["timeout"] ?? 0),
            context.RequestAborted
        );
        await AnswerAsync(context, updates);
    }

    private async Task MessageAsync(HttpContext context, StandInBot bot, JsonNode body)
    {
        if (bot.NextRefusal(body) is { } refusal)
        {
            await RefuseAsync(context, refusal.Code, refusal.Description, refusal.RetryAfter, refusal.MigrateTo);
            return;
        }

        var text = (string?)body["text"] ?? "";
        var html = (string?)body["parse_mode"] == "HTML";
        string plain;
        try
        {
            plain = html ? XDocument.Parse($"<x>{text}</x>", LoadOptions.PreserveWhitespace).Root!.Value : text;
        }
        catch (System.Xml.XmlException)
        {
            await RefuseAsync(context, 400, "Bad Request: can't parse entities: Unsupported start tag at byte offset 0");
            return;
        }

        var thread = (long?)body["message_thread_id"];
        var wrong =
            plain.Length == 0 ? "Bad Request: message text is empty"
            : plain.Length > 4096 ? "Bad Request: message is too long"
            : thread == 1 ? "Bad Request: message thread not found"
            : null;
        if (wrong is not null)
        {
            await RefuseAsync(context, 400, wrong);
            return;
        }

        var sent = new SentMessage(
            bot.Username,
            (long)body["chat_id"]!,
            plain,
            html ? text : null,
            thread,
            (long?)body["reply_parameters"]?["message_id"]
        );
        Sent.Enqueue(sent);
        await AnswerAsync(
            context,
            new JsonObject
            {
                ["message_id"] = bot.NextMessage(),
                ["date"] = 1_441_645_532,
                ["text"] = plain,
            }
        );
        bot.AfterSend?.Invoke(sent);
    }

    private static Task AnswerAsync(HttpContext context, JsonNode result) =>
        WriteAsync(context, 200, new JsonObject { ["ok"] = true, ["result"] = result });

    private static Task RefuseAsync(HttpContext context, int code, string description, int? retryAfter = null, long? moved = null)
    {
        var answer = new JsonObject
        {
            ["ok"] = false,
            ["error_code"] = code,
            ["description"] = description,
        };
        if (retryAfter is { } seconds)
        {
            answer["parameters"] = new JsonObject { ["retry_after"] = seconds };
        }
        else if (moved is { } chat)
        {
            answer["parameters"] = new JsonObject { ["migrate_to_chat_id"] = chat };
        }

        return WriteAsync(context, code, answer);
    }

    private static async Task WriteAsync(HttpContext context, int status, JsonObject answer)
    {
        try
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // Who asked is gone.
        }
    }
}

public sealed record StandInWebhook(string Url, string? Secret);

public sealed record SendRefusal(int Code, string Description, int? RetryAfter = null, long? MigrateTo = null);

/// <param name="Method"><c>sendPhoto</c> or <c>sendDocument</c>.</param>
public sealed record SentFile(long Chat, string Method, string Name, byte[] Content, string? Caption);

/// <param name="Html">As it was written; null where it came as plain text.</param>
public sealed record SentMessage(string Bot, long Chat, string Text, string? Html, long? Thread, long? ReplyTo);
