package message

import (
	"context"
	"fmt"

	"hutong/model"
	"hutong/service/database"
)

// View is a message as staff see it.
type View struct {
	No        string              `json:"no"`
	UserNo    string              `json:"user" doc:"The consumer's number"`
	Event     model.MessageEvent  `json:"event" enum:"order_paid,order_shipped,refund_done,after_sale_due,group_formed,group_failed"`
	Subject   string              `json:"subject" doc:"Number of what it is about"`
	Template  string              `json:"template,omitempty" doc:"WeChat's template id; absent until it was tried"`
	Status    model.MessageStatus `json:"status" enum:"waiting,sending,held,sent,unasked,failed,unclear"`
	Reason    string              `json:"reason,omitempty" doc:"Why it was not sent: no_leave, refused, no_template, too_late, no_answer, account_gone, or the part that WeChat does not take: openid, template, page, fields"`
	CreatedAt model.Millis        `json:"created_at"`
	SentAt    model.Millis        `json:"sent_at,omitempty"`
}

// List is the brand's messages, newest first: those with an id below before, at most limit; before 0 starts
// at the newest. statuses, if any, choose. next is the before of the following page, or 0 at the end.
func (s *Service) List(
	ctx context.Context, statuses []model.MessageStatus, before int64, limit int,
) (views []View, next int64, err error) {
	tx := s.db.Read(ctx)
	query := tx
	if len(statuses) > 0 {
		query = query.Where("status IN ?", statuses)
	}
	rows, next, err := database.Latest(query, before, limit, func(r model.Message) int64 { return r.ID })
	if err != nil {
		return nil, 0, fmt.Errorf("messages: %w", err)
	}
	ids := make([]int64, len(rows))
	for i, m := range rows {
		ids[i] = m.UserID
	}
	var users []model.User
	if err := tx.Select("id", "no").Where("id IN ?", ids).Find(&users).Error; err != nil {
		return nil, 0, fmt.Errorf("users of messages: %w", err)
	}
	nos := make(map[int64]string, len(users))
	for _, u := range users {
		nos[u.ID] = u.No
	}
	views = make([]View, len(rows))
	for i, m := range rows {
		views[i] = View{
			No: m.No, UserNo: nos[m.UserID], Event: m.Event, Subject: m.Subject, Template: m.TemplateID,
			Status: m.Status, Reason: m.Reason, CreatedAt: m.CreatedAt, SentAt: m.SentAt,
		}
	}
	return views, next, nil
}
