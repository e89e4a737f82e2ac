package model

import "context"

// ActorKind tells what kind of somebody acts.
type ActorKind string

// The kinds of actor.
const (
	ActorConsumer ActorKind = "consumer"
	ActorStaff    ActorKind = "staff"
	ActorWeChat   ActorKind = "wechat"
	ActorJob      ActorKind = "job"
	ActorOperator ActorKind = "operator" // whoever runs the program's commands
	// ActorAdministrator is a member of Platform's staff.
	ActorAdministrator ActorKind = "administrator"
)

// Actor is who acts and from where, for the audit log. It is never a name.
type Actor struct {
	Kind      ActorKind
	No        string // of the consumer or the member of staff; "" for the others
	Address   string // that the request came from; "" outside a request
	RequestID string
}

// String is the actor as an order's events have it: "consumer", "staff:01J…".
func (a Actor) String() string {
	if a.Kind == ActorStaff {
		return string(a.Kind) + ":" + a.No
	}
	return string(a.Kind)
}

type actorKey struct{}

// WithActor is ctx for what somebody does.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf is who acts; without anybody it is a job.
func ActorOf(ctx context.Context) Actor {
	if a, ok := ctx.Value(actorKey{}).(Actor); ok {
		return a
	}
	return Actor{Kind: ActorJob}
}

// AuditEntry is one action that changed money, orders or personal data. Entries are never updated; what
// is personal is masked before it gets here.
type AuditEntry struct {
	ID          int64
	BrandID     int64
	ActorKind   ActorKind
	ActorNo     string
	Action      string // such as "order.ship"
	SubjectKind string // such as "order"
	SubjectNo   string
	BeforeState string // JSON of what changed; "" for nothing
	AfterState  string
	Address     string // that the request came from; of a consumer the network alone
	RequestID   string
	CreatedAt   Millis `gorm:"autoCreateTime:milli"`
}

// TableName implements gorm's Tabler.
func (AuditEntry) TableName() string { return "audit_log" }
