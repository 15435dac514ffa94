using System.Security.Cryptography;
using System.Text;

namespace Creel.Core.Provisioning;

/// <summary>Where a copy of an agent's own files lies on this machine: in a folder whose name says nothing that a gateway chose.</summary>
public static class MirrorPlace
{
    public static string Folder(string workspace) =>
        $"gateway-workspace-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(workspace)).AsSpan(0, 8))}";
}
