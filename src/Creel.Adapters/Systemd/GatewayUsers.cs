using System.Security.Cryptography;
using System.Text;
using Creel.Core.Rendering;

namespace Creel.Adapters.Systemd;

/// <summary>
/// A user for each gateway's unit, made by systemd-sysusers. One of systemd's own making (<c>DynamicUser</c>) would bring
/// <c>RestrictSUIDSGID</c> along, which <see cref="UnitHardening"/> leaves out.
/// </summary>
public static class GatewayUsers
{
    public const string FileName = "openclaw-users.conf";

    private const int LongestName = 31;

    /// <summary>The user's name; one that would be too long is cut, with a mark of the whole in it.</summary>
    public static string Of(RenderedGroup group)
    {
        var name = $"openclaw-{group.Id}";
        var mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 4));
        return name.Length <= LongestName ? name : $"{name[..(LongestName - 9)]}-{mark}";
    }

    /// <param name="marker">The line that every generated file begins with.</param>
    public static OutputFile File(IEnumerable<RenderedGroup> groups, string marker)
    {
        var text = new StringBuilder($"# {marker}\n");
        foreach (var group in groups)
        {
            text.Append($"u {Of(group)} - \"OpenClaw gateway of the group {group.Id}\" {GatewayUnits.StateFolder(group)}\n");
        }

        return new OutputFile(FileName, text.ToString(), OutputFile.Open);
    }
}
