using System.Security.Cryptography;
using System.Text;

namespace Creel.Core.Habitats;

/// <summary>What a group's cell is made ready with: variables of all that runs in it, and a command that runs before the first task.</summary>
/// <param name="Variables">By name. No secrets.</param>
/// <param name="Command">For the cell's shell; null: none.</param>
public sealed record CellMaking(IReadOnlyDictionary<string, string> Variables, string? Command)
{
    /// <summary>Of most cells.</summary>
    public static CellMaking None { get; } = new(new Dictionary<string, string>(), null);

    /// <summary>A short name of a text, to compare it by where the text itself has no place.</summary>
    public static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
