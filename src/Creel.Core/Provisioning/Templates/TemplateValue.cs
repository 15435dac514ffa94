namespace Creel.Core.Provisioning.Templates;

/// <summary>A value in a template: what JSON has, and what evaluation makes of it. Nothing of the program can be reached from one.</summary>
public abstract class TemplateValue
{
    public static readonly TemplateValue None = new Nothing();
    public static readonly TemplateValue True = new Truth(true);
    public static readonly TemplateValue False = new Truth(false);
    public static readonly TemplateValue Empty = new Text("");

    private protected TemplateValue() { }

    /// <summary>How many lists and maps stand in one another; 0 for what holds nothing.</summary>
    internal int Depth { get; private protected init; }

    public static TemplateValue Of(bool value) => value ? True : False;

    public static TemplateValue Of(long value) => new Whole(value);

    public static TemplateValue Of(double value) => new Real(value);

    public static TemplateValue Of(string value) => new Text(value);

    public static TemplateValue Of(IEnumerable<TemplateValue> items) => new Items([.. items]);

    public static TemplateValue Of(IEnumerable<KeyValuePair<string, TemplateValue>> members) => new Map(members);

    internal sealed class Nothing : TemplateValue;

    internal sealed class Truth(bool value) : TemplateValue
    {
        public bool Value => value;
    }

    internal sealed class Whole(long value) : TemplateValue
    {
        public long Value => value;
    }

    internal sealed class Real(double value) : TemplateValue
    {
        public double Value => value;
    }

    /// <param name="marked">It is markup already, and is not escaped again.</param>
    internal sealed class Text(string value, bool marked = false) : TemplateValue
    {
        public string Value => value;

        public bool Marked => marked;
    }

    /// <param name="fixedSize">It was written with parentheses, or without any, and prints so.</param>
    internal sealed class Items : TemplateValue
    {
        public Items(IReadOnlyList<TemplateValue> all, bool fixedSize = false)
        {
            (All, Fixed) = (all, fixedSize);
            foreach (var item in all)
            {
                Depth = Math.Max(Depth, item.Depth + 1);
            }
        }

        public IReadOnlyList<TemplateValue> All { get; }

        public bool Fixed { get; }
    }

    /// <summary>In the order of its keys; a key that comes again keeps its place and takes the later value.</summary>
    internal sealed class Map : TemplateValue
    {
        private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
        private readonly List<KeyValuePair<string, TemplateValue>> members = [];

        public Map(IEnumerable<KeyValuePair<string, TemplateValue>> all)
        {
            foreach (var member in all)
            {
                Depth = Math.Max(Depth, member.Value.Depth + 1);
                if (places.TryAdd(member.Key, members.Count))
                {
                    members.Add(member);
                }
                else
                {
                    members[places[member.Key]] = new(members[places[member.Key]].Key, member.Value);
                }
            }
        }

        public IReadOnlyList<KeyValuePair<string, TemplateValue>> Members => members;

        public TemplateValue? Find(string key) => places.TryGetValue(key, out var place) ? members[place].Value : null;
    }

    /// <summary>What is not there. To ask anything of it but whether it is there is a fault.</summary>
    internal sealed class Undefined(string cause) : TemplateValue
    {
        public string Cause => cause;
    }

    /// <summary>What can only be called, or asked for its parts.</summary>
    internal abstract class Callable : TemplateValue
    {
        /// <summary>As Jinja names it in messages.</summary>
        public abstract string TypeName { get; }
    }
}
