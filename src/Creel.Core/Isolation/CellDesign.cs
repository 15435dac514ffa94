using System.Security.Cryptography;
using System.Text;
using Creel.Core.Habitats;

namespace Creel.Core.Isolation;

/// <summary>A cell as the habitat wants it: the group, with the driver that will provide its level.</summary>
public sealed record CellDesign(CellId Id, AgentGroup Group, string Driver, IReadOnlyList<AgentModel> Agents, IReadOnlyList<SharedPath> Shared)
{
    /// <summary>Changes exactly when something changed that only a restart can bring into the cell.</summary>
    public string Revision
    {
        get
        {
            var text = new StringBuilder();
            text.Append(Driver).Append('|').Append(Group.Level).Append('|').Append(Group.Network).Append('|').Append(Group.Limits);
            foreach (var agent in Agents.OrderBy(a => a.Id))
            {
                text.Append('|').Append(agent.Id).Append('=').Append(agent.Workspace);
            }

            foreach (var path in Shared)
            {
                text.Append('|').Append(path);
            }

            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
        }
    }
}
