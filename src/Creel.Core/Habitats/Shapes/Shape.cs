using System.Globalization;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Shapes;

/// <summary>What a value may be.</summary>
internal abstract record Shape
{
    public static readonly Shape Any = new Anything();

    /// <summary>For messages: "a string", "one of …".</summary>
    public abstract string Words { get; }

    /// <summary>Whether a value is of this kind at all; what is in it is another question.</summary>
    public abstract bool Fits(Json5Node node);

    internal sealed record Anything : Shape
    {
        public override string Words => "anything";

        public override bool Fits(Json5Node node) => true;
    }

    internal sealed record Text : Shape
    {
        public override string Words => "a string";

        public override bool Fits(Json5Node node) => node is Json5String;
    }

    /// <summary>A string of digits; a number loses some of them.</summary>
    internal sealed record Id : Shape
    {
        public override string Words => "a string, in quotes: as a number it loses digits";

        public override bool Fits(Json5Node node) => node is Json5String;
    }

    internal sealed record Flag : Shape
    {
        public override string Words => "true or false";

        public override bool Fits(Json5Node node) => node is Json5Bool;
    }

    /// <param name="Above">It is more than <paramref name="Least"/>.</param>
    internal sealed record Number(bool Whole, double? Least, double? Most, bool Above) : Shape
    {
        public override string Words
        {
            get
            {
                var what = Whole ? "a whole number" : "a number";
                return (Least, Most) switch
                {
                    (null, null) => what,
                    ({ } least, null) when Above => $"{what} above {Show(least)}",
                    ({ } least, null) => $"{what} from {Show(least)}",
                    (null, { } most) => $"{what} up to {Show(most)}",
                    ({ } least, { } most) => $"{what} from {Show(least)} to {Show(most)}",
                };
            }
        }

        public override bool Fits(Json5Node node) => node is Json5Number;

        public bool Holds(double value) =>
            (!Whole || value == Math.Floor(value))
            && (Least is not { } least || (Above ? value > least : value >= least))
            && (Most is not { } most || value <= most);

        private static string Show(double value) => value.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <param name="Values">Words, and <c>true</c> and <c>false</c> where those are meant.</param>
    internal sealed record Choice(IReadOnlyList<string> Values) : Shape
    {
        public override string Words => $"one of: {string.Join(", ", Values)}";

        public override bool Fits(Json5Node node) =>
            node is Json5String || (node is Json5Bool flag && Values.Contains(flag.Value ? "true" : "false"));
    }

    internal sealed record List(Shape Item) : Shape
    {
        public override string Words => "an array";

        public override bool Fits(Json5Node node) => node is Json5Array;
    }

    /// <param name="Keys">By name; whether it must be there.</param>
    /// <param name="Others">What any other key may be; null: there is no other key.</param>
    internal sealed record Map(IReadOnlyDictionary<string, (bool Required, Func<Shape> Shape)> Keys, Shape? Others) : Shape
    {
        public override string Words => "an object";

        public override bool Fits(Json5Node node) => node is Json5Object;
    }

    internal sealed record Either(IReadOnlyList<Shape> Of) : Shape
    {
        public override string Words => string.Join(", or ", Of.Select(o => o.Words));

        public override bool Fits(Json5Node node) => Of.Any(o => o.Fits(node));
    }
}
