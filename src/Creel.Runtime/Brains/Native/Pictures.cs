using Creel.Runtime.Brains.Native.Models;

namespace Creel.Runtime.Brains.Native;

/// <summary>The pictures that came with a message, as a model takes them.</summary>
internal static class Pictures
{
    /// <summary>Bytes of one: in base64 that is just below the 5 MiB that providers take.</summary>
    private const int LongestOne = 3_900_000;

    /// <summary>Bytes of all in a message.</summary>
    private const int LongestAll = 12_000_000;
    private const int Most = 20;

    /// <summary>What can't be shown is left out, and told; its path is in the text.</summary>
    public static UserMessage Of(string text, IReadOnlyList<string> paths, Workspace workspace, Action<string> note)
    {
        var (pictures, size) = (new List<Picture>(), 0);
        foreach (var path in paths.Take(Most))
        {
            var content = workspace.Contains(workspace.Full(path)) ? workspace.Read(path, LongestOne, out _) : null;
            if (content is null || Type(content) is not { } type || size + content.Length > LongestAll)
            {
                note($"the model is not shown {path}: it is no JPEG, PNG, GIF or WebP picture of the workspace, or too large");
                continue;
            }

            size += content.Length;
            pictures.Add(new Picture(type, content));
        }

        return new UserMessage(text) { Pictures = pictures };
    }

    public const string NotShown = "You can't be shown the pictures that came with this: your model does not take them.";

    /// <summary>It may have been for its pictures that a model did not take a question.</summary>
    public static bool Refused(ModelFault fault, Message message) =>
        message is UserMessage { Pictures.Count: > 0 }
        && (fault.Status is 404 or 413 or 415 or 422 || (fault.Status == 400 && !fault.ContextFull));

    private static string? Type(ReadOnlySpan<byte> content) =>
        content.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]) ? "image/jpeg"
        : content.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4e, 0x47]) ? "image/png"
        : content.StartsWith("GIF8"u8) ? "image/gif"
        : content.StartsWith("RIFF"u8) && content.Length > 12 && content[8..12].SequenceEqual("WEBP"u8) ? "image/webp"
        : null;
}
