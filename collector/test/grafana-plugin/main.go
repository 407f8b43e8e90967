// What Grafana's ClickHouse plugin does behind its panels, with the parts that it is made of: Grafana's plugin SDK, its
// layer for SQL (sqlds) and clickhouse-go over HTTP. Reads one request as JSON, asks it all, writes what panels would get.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/sqlds/v5"
)

type request struct {
	JSONData       json.RawMessage   `json:"jsonData"`
	SecureJSONData map[string]string `json:"secureJsonData"`
	FromMs         int64             `json:"fromMs"`
	ToMs           int64             `json:"toMs"`
	// As Grafana sends them, with `refId`, `intervalMs` and `maxDataPoints`.
	Queries []json.RawMessage `json:"queries"`
}

type answer struct {
	Healthy bool     `json:"healthy"`
	Says    string   `json:"says"`
	Answers []frames `json:"answers"`
}

type frames struct {
	RefID  string  `json:"refId"`
	Error  string  `json:"error,omitempty"`
	Frames []frame `json:"frames"`
}

type frame struct {
	Kind   string  `json:"kind"`
	Looks  string  `json:"looks"`
	Rows   int     `json:"rows"`
	Fields []field `json:"fields"`
}

type field struct {
	Name   string      `json:"name"`
	Type   string      `json:"type"`
	Labels data.Labels `json:"labels,omitempty"`
	// The first value that is not NULL; NaN and Inf where there are such.
	First any `json:"first"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return err
	}
	ctx := context.Background()
	instance := backend.DataSourceInstanceSettings{
		UID: "outrider-clickhouse", Name: "outrider-clickhouse", Type: "grafana-clickhouse-datasource",
		JSONData: asked.JSONData, DecryptedSecureJSONData: asked.SecureJSONData,
	}
	made, err := sqlds.NewDatasource(&clickhouseDriver{}).NewDatasource(ctx, instance)
	if err != nil {
		return fmt.Errorf("the data source: %w", err)
	}
	source := made.(*sqlds.SQLDatasource)
	defer source.Dispose()
	place := backend.PluginContext{DataSourceInstanceSettings: &instance}
	health, err := source.CheckHealth(ctx, &backend.CheckHealthRequest{PluginContext: place})
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	told := answer{Healthy: health.Status == backend.HealthStatusOk, Says: health.Message, Answers: []frames{}}
	times := backend.TimeRange{From: time.UnixMilli(asked.FromMs), To: time.UnixMilli(asked.ToMs)}
	for _, query := range asked.Queries {
		one, err := ask(ctx, source, place, times, query)
		if err != nil {
			return err
		}
		told.Answers = append(told.Answers, one)
	}
	return json.NewEncoder(os.Stdout).Encode(told)
}

func ask(ctx context.Context, source *sqlds.SQLDatasource, place backend.PluginContext, times backend.TimeRange, query json.RawMessage) (frames, error) {
	var head struct {
		RefID         string `json:"refId"`
		QueryType     string `json:"queryType"`
		IntervalMs    int64  `json:"intervalMs"`
		MaxDataPoints int64  `json:"maxDataPoints"`
	}
	if err := json.Unmarshal(query, &head); err != nil {
		return frames{}, err
	}
	answers, err := source.QueryData(ctx, &backend.QueryDataRequest{
		PluginContext: place,
		Queries: []backend.DataQuery{{
			RefID: head.RefID, QueryType: head.QueryType, TimeRange: times, JSON: query,
			Interval: time.Duration(head.IntervalMs) * time.Millisecond, MaxDataPoints: head.MaxDataPoints,
		}},
	})
	if err != nil {
		return frames{}, err
	}
	got := answers.Responses[head.RefID]
	told := frames{RefID: head.RefID, Frames: []frame{}}
	if got.Error != nil {
		told.Error = got.Error.Error()
		return told, nil
	}
	for _, one := range got.Frames {
		told.Frames = append(told.Frames, describe(one))
	}
	return told, nil
}

func describe(one *data.Frame) frame {
	told := frame{Kind: one.TimeSeriesSchema().Type.String(), Rows: one.Rows(), Fields: []field{}}
	if one.Meta != nil {
		told.Looks = string(one.Meta.PreferredVisualization)
	}
	for _, column := range one.Fields {
		about := field{Name: column.Name, Type: column.Type().ItemTypeString(), Labels: column.Labels}
		for at := range column.Len() {
			value, known := column.ConcreteAt(at)
			number, is := value.(float64)
			if known && is && (math.IsNaN(number) || math.IsInf(number, 0)) {
				about.First = fmt.Sprint(number)
				break
			}
			if known && about.First == nil {
				about.First = value
			}
		}
		told.Fields = append(told.Fields, about)
	}
	return told
}
