// Package trail writes the audit log: who did what to which money, order or personal datum, and from where.
package trail

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
)

// Subject is what an action was done to.
type Subject struct {
	Kind string // such as "order"
	No   string // its number outside; never a phone or a name
}

// Write is the step that logs an action of ctx's actor, in the transaction that does it. before and after are
// what changed, small structs or maps that become JSON, or nil; whoever calls masks what is personal.
func Write(ctx context.Context, tx *gorm.DB, action string, s Subject, before, after any) error {
	a := model.ActorOf(ctx)
	row := model.AuditEntry{
		ActorKind: a.Kind, ActorNo: a.No, Action: action, SubjectKind: s.Kind, SubjectNo: s.No,
		Address: a.Address, RequestID: a.RequestID,
	}
	if a.Kind == model.ActorConsumer { // the log only grows: it must not keep of them what they may have deleted
		row.Address = model.MaskAddress(a.Address)
	}
	var err error
	if row.BeforeState, err = encode(before); err != nil {
		return fmt.Errorf("audit %s: %w", action, err)
	}
	if row.AfterState, err = encode(after); err != nil {
		return fmt.Errorf("audit %s: %w", action, err)
	}
	if err := tx.Create(&row).Error; err != nil {
		return fmt.Errorf("audit %s %s: %w", action, s.No, err)
	}
	return nil
}

func encode(v any) (string, error) {
	if v == nil {
		return "", nil
	}
	b, err := json.Marshal(v)
	return string(b), err
}
