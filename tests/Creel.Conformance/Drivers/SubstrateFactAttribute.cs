using Xunit.Abstractions;
using Xunit.Sdk;

namespace Creel.Conformance.Drivers;

/// <summary>A test of a suite that runs where the class's <see cref="SubstrateAttribute"/> says that it can.</summary>
[XunitTestCaseDiscoverer("Creel.Conformance.Drivers.SubstrateDiscoverer", "Creel.Conformance")]
public sealed class SubstrateFactAttribute : FactAttribute;

/// <summary>What the tests of a class need of the machine.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SubstrateAttribute(string name) : Attribute
{
    public string Name => name;

    /// <summary>The driver runs as another user, so the suite itself must be root.</summary>
    public bool OtherUser { get; set; }
}

public sealed class SubstrateDiscoverer(IMessageSink sink) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions options,
        ITestMethod method,
        IAttributeInfo fact
    ) => [new SubstrateTestCase(sink, method)];
}

public sealed class SubstrateTestCase : XunitTestCase
{
    [Obsolete("For the runner, which builds it anew from its serialised form.")]
    public SubstrateTestCase() { }

    public SubstrateTestCase(IMessageSink sink, ITestMethod method)
        : base(sink, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, method) { }

    protected override string GetSkipReason(IAttributeInfo factAttribute)
    {
        var substrate = TestMethod.TestClass.Class.GetCustomAttributes(typeof(SubstrateAttribute)).Single();
        return Substrate.WhyNot(
            substrate.GetConstructorArguments().Cast<string>().Single(),
            substrate.GetNamedArgument<bool>(nameof(SubstrateAttribute.OtherUser))
        )!;
    }
}
