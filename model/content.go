package model

// Verdict is what became of a look at something that a consumer wants others to see.
type Verdict string

// The verdicts, the best first.
const (
	VerdictPass   Verdict = "pass"   // may be shown
	VerdictReview Verdict = "review" // a person has to look
	VerdictRisky  Verdict = "risky"  // must not be shown
)

// CheckKind is what WeChat looks at.
type CheckKind string

// The kinds.
const (
	CheckText    CheckKind = "text"
	CheckPicture CheckKind = "picture"
)

// CheckStatus is a state of a check.
type CheckStatus string

// The states of a check.
const (
	CheckWaiting CheckStatus = "waiting" // WeChat is to be asked
	CheckAsked   CheckStatus = "asked"   // the verdict on a picture comes by push
	CheckDone    CheckStatus = "done"
)

// CheckFlow is the life of a check.
var CheckFlow = Flow[CheckStatus]{
	CheckAsked: {CheckWaiting},
	CheckDone:  {CheckWaiting, CheckAsked},
}

// CheckStatuses lists the states in the order of a check's life.
var CheckStatuses = []CheckStatus{CheckWaiting, CheckAsked, CheckDone}

// ContentCheck is WeChat's look at one text or picture of something that a consumer wrote.
type ContentCheck struct {
	ID          int64
	BrandID     int64
	UserID      int64  // who wrote it
	SubjectKind string // such as review
	SubjectID   int64
	Kind        CheckKind
	Content     string // the text, until there is a verdict, or the picture's address
	Status      CheckStatus
	Verdict     Verdict // once it is done
	Reason      string  // why a person has to look, when WeChat has not said so: not_active, not_taken, no_answer, no_verdict
	TraceID     string  // of a picture that WeChat was asked about
	CreatedAt   Millis  `gorm:"autoCreateTime:milli"`
	UpdatedAt   Millis  `gorm:"autoUpdateTime:milli"`
}
