using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats;

/// <summary>JSON5 has numbers that mean nothing here, and that no other program would read.</summary>
internal static class FiniteNumbers
{
    public static void Check(Json5Node node, Findings findings)
    {
        switch (node)
        {
            case Json5Object o:
                foreach (var member in o.Members)
                {
                    Check(member.Value, findings);
                }

                break;
            case Json5Array a:
                foreach (var item in a.Items)
                {
                    Check(item, findings);
                }

                break;
            case Json5Number number when !double.IsFinite(number.Value):
                findings.Error(number.At, $"{number.Text} is too large or not a number at all");
                break;
        }
    }
}
