using System.ClientModel;
using Anthropic;
using Anthropic.Models.Messages;
using OpenAI;
using OpenAI.Chat;

const string HardCoded = "sk-hard-coded-into-a-program";
var (provider, direct, streams) = (args[0], args[1] == "direct", args[2] == "stream");
if (provider == "anthropic")
{
    using AnthropicClient client = direct ? new() { BaseUrl = "https://api.anthropic.com", ApiKey = HardCoded } : new();
    MessageCreateParams ask = new()
    {
        MaxTokens = 100,
        Messages = [new UserMessageParam("hello from dotnet")],
        Model = "claude-sonnet-4-6",
    };
    if (streams)
    {
        await foreach (var e in client.Messages.CreateStreaming(ask))
        {
            if (e.TryPickContentBlockDelta(out var block) && block.Delta.TryPickText(out var text))
            {
                Console.Write(text.Text);
            }
        }
    }
    else
    {
        var message = await client.Messages.Create(ask);
        foreach (var block in message.Content)
        {
            Console.Write(block.TryPickText(out var text) ? text.Text : "");
        }
    }
}
else
{
    var key = direct ? HardCoded : Environment.GetEnvironmentVariable("OPENAI_API_KEY")!;
    var options = new OpenAIClientOptions();
    if (!direct)
    {
        options.Endpoint = new Uri(Environment.GetEnvironmentVariable("OPENAI_BASE_URL")!);
    }

    var client = new ChatClient("gpt-5-mini", new ApiKeyCredential(key), options);
    ChatMessage[] messages = [new UserChatMessage("hello from dotnet")];
    if (streams)
    {
        await foreach (var update in client.CompleteChatStreamingAsync(messages))
        {
            Console.Write(string.Concat(update.ContentUpdate.Select(part => part.Text)));
        }
    }
    else
    {
        ChatCompletion completion = await client.CompleteChatAsync(messages);
        Console.Write(string.Concat(completion.Content.Select(part => part.Text)));
    }
}

Console.WriteLine();
