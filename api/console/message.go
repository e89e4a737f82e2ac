package console

import (
	"context"

	"hutong/api/endpoint"
	"hutong/model"
	"hutong/service/message"
)

const tagMessage = "Messages"

func (s *Server) registerMessage(a *endpoint.API) {
	list := get("list-messages", "/messages", tagMessage, model.PermitMessagesRead, "Subscribe messages and what became of them, the newest first")
	list.Errors = []*model.Error{model.ErrBadCursor}
	endpoint.Register(a, list, s.listMessages)
}

var messagesCursor = endpoint.Cursor[place]{Name: "console-messages", Version: 1}

type messagesInput struct {
	endpoint.Paging
	Status []string `query:"status" doc:"Only messages in these states" enum:"waiting,sending,held,sent,unasked,failed,unclear"`
}

func (s *Server) listMessages(ctx context.Context, in *messagesInput) (*answer[endpoint.Page[message.View]], error) {
	at, err := messagesCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	statuses := make([]model.MessageStatus, len(in.Status))
	for i, st := range in.Status {
		statuses[i] = model.MessageStatus(st)
	}
	views, next, err := s.Message.List(ctx, statuses, at.Before, in.Limit)
	return page(messagesCursor, views, next, err)
}
