using System.Security.Cryptography;
using System.Text;

namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>By which two texts are told apart without keeping them.</summary>
public static class TextDigest
{
    public static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
