/**
 * Commands of PowerShell and what their parameters mean, see `parametersOf`. A parameter that is not listed is one that may
 * do anything, so they are listed as far as they only read.
 */
export interface CmdletTable {
  readonly [names: string]: string;
}

const FILTERS = "Filter=t Include=t Exclude=t Force Credential=!";

/** They only read, and only what they are given. */
export const READERS: CmdletTable = {
  "get-childitem": `Path=l0 LiteralPath/PSPath/LP=l Filter=t1 Include=t Exclude=t Recurse/s/r Depth=t Force Name Attributes=t FollowSymlink=! Directory/ad File/af Hidden/ah/h ReadOnly/ar System/as CodeSigningCert=! Credential=!`,
  "get-item": `Path=l0 LiteralPath/PSPath/LP=l ${FILTERS} Stream=!`,
  "get-content": `Path=r0 LiteralPath/PSPath/LP=r ReadCount=t TotalCount/First/Head=t Tail/Last=t Delimiter=t Wait Raw Encoding=t AsByteStream Stream=! ${FILTERS}`,
  "get-itemproperty": `Path=l0 Name/PSProperty=t1 LiteralPath/PSPath/LP=l ${FILTERS}`,
  "get-itempropertyvalue": `Path=l0 Name/PSProperty=t1 LiteralPath/PSPath/LP=l ${FILTERS}`,
  "test-path": `Path=l0 LiteralPath/PSPath/LP=l PathType/Type=t IsValid OlderThan=t NewerThan=t ${FILTERS}`,
  "resolve-path": "Path=l0 LiteralPath/PSPath/LP=l Relative RelativeBasePath=n Force Credential=!",
  "convert-path": "Path=l0 LiteralPath/PSPath/LP=l",
  "split-path":
    "Path=n0 LiteralPath/PSPath/LP=n Parent Leaf LeafBase Extension Qualifier NoQualifier IsAbsolute Resolve=! Credential=!",
  "join-path": "Path=n0 ChildPath=n1 AdditionalChildPath=n* Resolve=! Credential=!",
  "get-location": "PSProvider=t PSDrive=t Stack StackName=t",
  "get-filehash": "Path=r0 Algorithm=t1 LiteralPath/PSPath/LP=r InputStream=!",
  "get-acl": `Path=l0 LiteralPath/PSPath=l Audit AllCentralAccessPolicies ${FILTERS}`,
  "get-authenticodesignature": "FilePath=r0 LiteralPath/PSPath=r",
  "format-hex": "Path=r0 LiteralPath/PSPath/LP=r InputObject=t Encoding=t Count=t Offset=t Raw",
  "select-string":
    "Pattern=t0 Path=r1 LiteralPath/PSPath/LP=r InputObject=t SimpleMatch CaseSensitive Quiet List Include=t Exclude=t NotMatch AllMatches Encoding=t Context=t NoEmphasis Raw Culture=t",
  "select-xml": "XPath=t0 Path=r1 LiteralPath/PSPath/LP=r Xml=t Content=t Namespace=t",
  "import-csv": "Path=r0 Delimiter=t1 LiteralPath/PSPath/LP=r UseCulture Header=t Encoding=t",
  "import-powershelldatafile": "Path=r0 LiteralPath/PSPath/LP=r SkipLimitCheck",
  "test-json": "Json=t0 Path=r LiteralPath=r Schema=t1 SchemaFile=r Options=t",
  "where-object":
    "Property=b0 Value=t1 FilterScript=b InputObject=t EQ CEQ NE CNE GT CGT LT CLT GE CGE LE CLE Like CLike NotLike CNotLike Match CMatch NotMatch CNotMatch Contains CContains NotContains CNotContains In CIn NotIn CNotIn Is IsNot Not ieq ine igt ilt ige ile ilike inotlike imatch inotmatch icontains inotcontains iin inotin",
  "foreach-object":
    "Process=b0 Begin=b End=b RemainingScripts=b* InputObject=t MemberName=! ArgumentList/Args=! Parallel=! ThrottleLimit=t TimeoutSeconds=t AsJob=! UseNewRunspace=!",
  "select-object":
    "Property=b0 InputObject=t ExcludeProperty=t ExpandProperty=t Unique CaseInsensitive Last=t First=t Skip=t SkipLast=t SkipIndex=t Index=t Wait",
  "sort-object": "Property=b0 InputObject=t Stable Descending Unique Top=t Bottom=t Culture=t CaseSensitive",
  "group-object": "Property=b0 InputObject=t NoElement AsHashTable/AHT AsString CaseSensitive Culture=t",
  "measure-object":
    "Property=b0 InputObject=t StandardDeviation Sum AllStats Average Maximum Minimum Line Word Character IgnoreWhiteSpace",
  "measure-command": "Expression=b0 InputObject=t",
  "compare-object":
    "ReferenceObject=t0 DifferenceObject=t1 Property=b SyncWindow=t ExcludeDifferent IncludeEqual PassThru Culture=t CaseSensitive",
  "get-unique": "InputObject=t AsString OnType CaseInsensitive",
  "get-member": "Name=t0 InputObject=t MemberType/Type=t View=t Static Force",
  "format-table":
    "Property=b0 InputObject=t AutoSize RepeatHeader HideTableHeaders Wrap GroupBy=b View=t ShowError DisplayError Force Expand=t",
  "format-list": "Property=b0 InputObject=t GroupBy=b View=t ShowError DisplayError Force Expand=t",
  "format-wide":
    "Property=b0 InputObject=t AutoSize Column=t GroupBy=b View=t ShowError DisplayError Force Expand=t",
  "format-custom": "Property=b0 InputObject=t Depth=t GroupBy=b View=t ShowError DisplayError Force Expand=t",
  "out-string": "Stream Width=t NoNewline InputObject=t",
  "out-host": "Paging InputObject=t",
  "out-default": "Transcript InputObject=t",
  "out-null": "InputObject=t",
  "write-output": "InputObject=t* NoEnumerate",
  "write-host": "Object/Msg/Message=t* NoNewline Separator=t ForegroundColor=t BackgroundColor=t",
  "write-verbose write-debug write-warning": "Message/Msg=t0",
  "write-information": "MessageData/Msg/Message=t0 Tags=t1",
  "write-error":
    "Message/Msg=t0 Exception=t ErrorRecord=t Category=t ErrorId=t TargetObject=t RecommendedAction=t CategoryActivity/Activity=t CategoryReason/Reason=t CategoryTargetName/TargetName=t CategoryTargetType/TargetType=t",
  "write-progress":
    "Activity=t0 Status=t1 Id=t2 PercentComplete=t SecondsRemaining=t CurrentOperation=t ParentId=t Completed SourceId=t",
  "convertto-json": "InputObject=t0 Depth=t Compress EnumsAsStrings AsArray EscapeHandling=t",
  "convertfrom-json": "InputObject=t0 AsHashtable Depth=t NoEnumerate DateKind=t",
  "convertto-csv":
    "InputObject=t0 Delimiter=t1 UseCulture IncludeTypeInformation NoTypeInformation/NTI QuoteFields=t UseQuotes=t NoHeader",
  "convertfrom-csv": "InputObject=t0 Delimiter=t1 UseCulture Header=t",
  "convertto-xml": "InputObject=t0 Depth=t NoTypeInformation As=t",
  "convertto-html":
    "Property=b0 InputObject=t Head=t Title=t Body=t As=t Fragment PreContent=t PostContent=t Meta=t Charset=t Transitional",
  "convertfrom-stringdata": "StringData=t0 Delimiter=t1",
  "get-date":
    "Date/LastWriteTime=t0 Year=t Month=t Day=t Hour=t Minute=t Second=t Millisecond=t DisplayHint=t Format=t UFormat=t AsUTC UnixTimeSeconds/UnixTime=t",
  "new-timespan": "Start/LastWriteTime=t0 End=t1 Days=t Hours=t Minutes=t Seconds=t Milliseconds=t",
  "get-random": "Maximum=t0 Minimum=t InputObject=t SetSeed=t Count=t Shuffle",
  "new-guid": "Empty InputObject=t",
  "get-command":
    "Name=t0 Verb=t Noun=t Module/PSSnapin=t CommandType/Type=t TotalCount=t Syntax All ListImported ParameterName=t ParameterType=t UseFuzzyMatching FuzzyMinimumDistance=t UseAbbreviationExpansion ExcludeModule=t FullyQualifiedModule=! ShowCommandInfo ArgumentList/Args=!",
  "get-alias": "Name=t0 Definition=t Exclude=t Scope=t",
  "get-help help":
    "Name=t0 Category=t Component=t Functionality=t Role=t Detailed Full Examples Parameter=t Online=! ShowWindow=! Path=!",
  "get-module":
    "Name=t0 ListAvailable All Refresh FullyQualifiedName=! PSEdition=t SkipEditionCheck PSSession=! CimSession=! CimResourceUri=! CimNamespace=!",
  "get-psdrive": "Name=t0 LiteralName=t Scope=t PSProvider=t",
  "get-psprovider": "PSProvider=t0",
  "get-host get-uiculture get-culture get-pscallstack get-verb clear-host get-error get-experimentalfeature":
    "Name=t Verb=t0 Group=t Newest=t",
  "get-uptime": "Since",
  "get-timezone": "Name=t0 Id=t ListAvailable",
  "get-executionpolicy": "Scope=t0 List",
  "get-computerinfo": "Property=t0",
  "get-tracesource": "Name=t0",
  "get-formatdata get-typedata": "TypeName=t0 PowerShellVersion=t",
  "start-sleep": "Seconds=t0 Milliseconds/ms=t Duration=t",
  "set-strictmode": "Version=t Off",
  "join-string":
    "Property=b0 Separator=t1 OutputPrefix/op=t OutputSuffix/os=t SingleQuote DoubleQuote FormatString=t UseCulture InputObject=t",
};

/** They look at more than files of the workspace: processes, services, sockets, what is installed. */
export const MACHINE: CmdletTable = {
  "get-process":
    "Name/ProcessName=t0 Id/PID=t InputObject=t Module FileVersionInfo/FV IncludeUserName ComputerName/Cn=!",
  "get-service":
    "Name/ServiceName/SN=t0 DisplayName=t Include=t Exclude=t DependentServices/DS RequiredServices/SDO/ServicesDependedOn InputObject=t ComputerName/Cn=!",
  "get-ciminstance":
    "ClassName=t0 Property=t Filter=t KeyOnly Namespace=! Query=! ComputerName=! CimSession=! ResourceUri=!",
  "get-job":
    "Id=t0 Name=t State=t HasMoreData=t Before=t After=t Newest=t IncludeChildJob ChildJobState=t Command=t InstanceId=t Filter=t",
  "get-history": "Id=t0 Count=t1",
  "get-hotfix": "Id/HFID=t0 Description=t ComputerName/Cn=! Credential=!",
  "get-nettcpconnection get-netudpendpoint":
    "LocalAddress/IPAddress=t0 LocalPort=t RemoteAddress=t RemotePort=t State=t AppliedSetting=t OwningProcess=t CimSession=! AsJob=! ThrottleLimit=t",
  "get-netipaddress get-netipconfiguration get-netadapter get-netroute get-netipinterface":
    "Name=t0 IPAddress=t InterfaceAlias=t InterfaceIndex=t AddressFamily=t All Detailed Physical CimSession=! AsJob=!",
  "get-volume get-disk get-partition get-physicaldisk":
    "DriveLetter=t0 Number=t FriendlyName=t CimSession=! AsJob=!",
  "get-eventlog": "LogName=t0 Newest=t EntryType=t Source=t After=t Before=t List ComputerName=!",
  "get-winevent":
    "LogName=t0 MaxEvents=t FilterHashtable=t ListLog=t ProviderName=t ComputerName=! Credential=! Path=!",
  "get-scheduledtask": "TaskName=t0 TaskPath=t1 CimSession=! AsJob=!",
  "get-package get-installedmodule get-psresource get-installedpsresource get-packageprovider get-windowsoptionalfeature get-appxpackage":
    "Name=t0 ListAvailable AllVersions ProviderName=t RequiredVersion=t Version=t Scope=t",
  "get-psrepository get-pssnapin get-psbreakpoint get-runspace get-localuser get-localgroup": "Name=t0",
  "get-counter": "Counter=t0 MaxSamples=t SampleInterval=t ListSet=t ComputerName=!",
};

/** They change files, and nothing else than what they are given. */
export const WRITERS: CmdletTable = {
  "set-content add-content": `Path=w0 Value=t1 LiteralPath/PSPath/LP=w PassThru NoNewline Encoding=t AsByteStream Stream=! ${FILTERS}`,
  "clear-content": `Path=w0 LiteralPath/PSPath/LP=w Stream=! ${FILTERS}`,
  "out-file":
    "FilePath/Path=w0 Encoding=t1 LiteralPath/PSPath/LP=w Append Force NoClobber/NoOverwrite Width=t NoNewline InputObject=t",
  "tee-object": "FilePath/Path=w0 LiteralPath/PSPath/LP=w InputObject=t Variable=! Append Encoding=t",
  "export-csv":
    "Path=w0 Delimiter=t1 LiteralPath/PSPath/LP=w InputObject=t Force NoClobber/NoOverwrite Encoding=t Append UseCulture IncludeTypeInformation/ITI NoTypeInformation/NTI QuoteFields=t UseQuotes=t NoHeader",
  "export-clixml":
    "Path=w0 LiteralPath/PSPath/LP=w InputObject=t Depth=t Force NoClobber/NoOverwrite Encoding=t",
  "new-item": "Path=w0 Name=t ItemType/Type=t Value/Target=t Force Credential=!",
  mkdir: "Path=w0 Name=t Value=t Force Credential=!",
  "new-temporaryfile": "",
  "copy-item": `Path=r0 Destination=w1 LiteralPath/PSPath/LP=r Container Recurse PassThru FromSession=! ToSession=! ${FILTERS}`,
  "move-item": `Path=d0 Destination=w1 LiteralPath/PSPath/LP=d PassThru ${FILTERS}`,
  "rename-item": "Path=d0 NewName=t1 LiteralPath/PSPath/LP=d Force PassThru Credential=!",
  "remove-item": `Path=d0 LiteralPath/PSPath/LP=d Recurse Stream=! ${FILTERS}`,
  "set-itemproperty": `Path=w0 Name/PSProperty=t1 Value=t2 LiteralPath/PSPath/LP=w InputObject=t PassThru Type=t ${FILTERS}`,
  "compress-archive":
    "Path=r0 DestinationPath=w1 LiteralPath/PSPath=r CompressionLevel=t Update Force PassThru",
  "expand-archive": "Path=r0 DestinationPath=w1 LiteralPath/PSPath=r Force PassThru",
  "invoke-pester":
    "Path/Script=t0 Output/Show=t TagFilter/Tag/Tags=t ExcludeTagFilter/ExcludeTag=t FullNameFilter/Name/TestName=t PassThru CI EnableExit",
  "invoke-scriptanalyzer":
    "Path/PSPath=r0 Recurse Severity=t IncludeRule=t ExcludeRule=t ScriptDefinition=t ReportSummary",
  "set-location": "Path=n0 LiteralPath/PSPath/LP=n PassThru StackName=t",
  "push-location": "Path=n0 LiteralPath/PSPath/LP=n PassThru StackName=t",
  "pop-location": "PassThru StackName=t",
};
