using System.Text;
using Creel.Core;

namespace Creel.Runtime.Executors;

/// <summary>The encodings of file tasks, by Node's names: how a file's bytes and a JSON string become each other.</summary>
internal static class FileEncoding
{
    private const string Known = "utf8, utf16le, latin1, ascii, base64, base64url or hex";

    /// <exception cref="CreelException">No such encoding.</exception>
    public static string Read(string encoding, ReadOnlySpan<byte> bytes) =>
        encoding.ToLowerInvariant() switch
        {
            "utf8" or "utf-8" => Encoding.UTF8.GetString(bytes),
            "utf16le" or "utf-16le" or "ucs2" or "ucs-2" => Encoding.Unicode.GetString(bytes),
            "latin1" or "binary" => Encoding.Latin1.GetString(bytes),
            "ascii" => Ascii(bytes),
            "base64" => Convert.ToBase64String(bytes),
            "base64url" => System.Buffers.Text.Base64Url.EncodeToString(bytes),
            "hex" => Convert.ToHexStringLower(bytes),
            _ => throw Unknown(encoding),
        };

    /// <exception cref="CreelException">No such encoding, or text that is not in it.</exception>
    public static byte[] Write(string encoding, string text)
    {
        try
        {
            return encoding.ToLowerInvariant() switch
            {
                "utf8" or "utf-8" => Encoding.UTF8.GetBytes(text),
                "utf16le" or "utf-16le" or "ucs2" or "ucs-2" => Encoding.Unicode.GetBytes(text),
                "latin1" or "binary" or "ascii" => Encoding.Latin1.GetBytes(text),
                "base64" => Convert.FromBase64String(text),
                "base64url" => System.Buffers.Text.Base64Url.DecodeFromChars(text),
                "hex" => Convert.FromHexString(text),
                _ => throw Unknown(encoding),
            };
        }
        catch (FormatException)
        {
            throw new CreelException(Fault.Invalid("content-encoding", $"'content' is not {encoding}"));
        }
    }

    private static string Ascii(ReadOnlySpan<byte> bytes)
    {
        var seven = bytes.ToArray();
        foreach (ref var b in seven.AsSpan())
        {
            b &= 0x7f;
        }

        return Encoding.ASCII.GetString(seven);
    }

    private static CreelException Unknown(string encoding) =>
        new(Fault.Invalid("encoding", $"Unknown encoding: {encoding}", $"Use {Known}"));
}
