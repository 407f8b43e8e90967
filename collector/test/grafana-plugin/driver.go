package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/data/sqlutil"
	"github.com/grafana/sqlds/v5"
)

// Connects as the plugin does: the settings of a provisioned data source become options of clickhouse-go.
type clickhouseDriver struct{}

type settings struct {
	Host            string          `json:"host"`
	Port            json.RawMessage `json:"port"`
	Path            string          `json:"path"`
	Protocol        string          `json:"protocol"`
	Secure          bool            `json:"secure"`
	Username        string          `json:"username"`
	DefaultDatabase string          `json:"defaultDatabase"`
	DialTimeout     string          `json:"dialTimeout"`
	QueryTimeout    string          `json:"queryTimeout"`
}

func read(config backend.DataSourceInstanceSettings) (told settings, port int, seconds int, err error) {
	if err = json.Unmarshal(config.JSONData, &told); err != nil {
		return
	}
	if told.Protocol != "http" || told.Secure {
		return told, 0, 0, fmt.Errorf("protocol %q, secure %t: only plain http is tried here", told.Protocol, told.Secure)
	}
	text := string(told.Port)
	if unquoted, quoted := strconv.Unquote(text); quoted == nil {
		text = unquoted
	}
	if port, err = strconv.Atoi(text); err != nil {
		return
	}
	seconds, err = strconv.Atoi(told.QueryTimeout)
	return
}

func (*clickhouseDriver) Connect(ctx context.Context, config backend.DataSourceInstanceSettings, _ json.RawMessage) (*sql.DB, error) {
	told, port, seconds, err := read(config)
	if err != nil {
		return nil, err
	}
	dial, err := strconv.Atoi(told.DialTimeout)
	if err != nil {
		return nil, err
	}
	db := clickhouse.OpenDB(&clickhouse.Options{
		Addr:        []string{fmt.Sprintf("%s:%d", told.Host, port)},
		Auth:        clickhouse.Auth{Database: told.DefaultDatabase, Username: told.Username, Password: config.DecryptedSecureJSONData["password"]},
		Compression: &clickhouse.Compression{Method: clickhouse.CompressionGZIP},
		DialTimeout: time.Duration(dial) * time.Second,
		HttpUrlPath: told.Path,
		Protocol:    clickhouse.HTTP,
		ReadTimeout: time.Duration(seconds) * time.Second,
		// the row limit of Grafana's own configuration, which some versions of the plugin send with every query
		Settings: clickhouse.Settings{"limit": 1_000_000},
	})
	within, cancel := context.WithTimeout(ctx, time.Duration(dial)*time.Second)
	defer cancel()
	if err := db.PingContext(within); err != nil {
		return nil, err
	}
	return db, nil
}

func (*clickhouseDriver) Settings(_ context.Context, config backend.DataSourceInstanceSettings) sqlds.DriverSettings {
	_, _, seconds, _ := read(config)
	return sqlds.DriverSettings{
		Timeout:  time.Duration(seconds) * time.Second,
		FillMode: &data.FillMissing{Mode: data.FillModeNull},
	}
}

// A reader's time zone is that of the times in an answer, never of what is asked.
func (*clickhouseDriver) MutateQuery(ctx context.Context, query backend.DataQuery) (context.Context, backend.DataQuery) {
	var told struct {
		Meta struct {
			TimeZone string `json:"timezone"`
		} `json:"meta"`
	}
	if err := json.Unmarshal(query.JSON, &told); err != nil || told.Meta.TimeZone == "" {
		return ctx, query
	}
	place, err := time.LoadLocation(told.Meta.TimeZone)
	if err != nil {
		return ctx, query
	}
	return clickhouse.Context(ctx, clickhouse.WithUserLocation(place)), query
}

// The macros that our dashboards use; of any other the engine says that it is no SQL.
func (*clickhouseDriver) Macros() sqlds.Macros {
	at := func(one time.Time) string { return fmt.Sprintf("toDateTime(%d)", one.Unix()) }
	return sqlds.Macros{
		"fromTime": func(query *sqlutil.Query, _ []string) (string, error) { return at(query.TimeRange.From), nil },
		"toTime":   func(query *sqlutil.Query, _ []string) (string, error) { return at(query.TimeRange.To), nil },
		"timeFilter": func(query *sqlutil.Query, args []string) (string, error) {
			if len(args) != 1 {
				return "", sqlutil.ErrorBadArgumentCount
			}
			return fmt.Sprintf("%s >= %s AND %s <= %s", args[0], at(query.TimeRange.From), args[0], at(query.TimeRange.To)), nil
		},
		"timeInterval": func(query *sqlutil.Query, args []string) (string, error) {
			if len(args) != 1 {
				return "", sqlutil.ErrorBadArgumentCount
			}
			seconds := int(math.Max(query.Interval.Seconds(), 1))
			return fmt.Sprintf("toStartOfInterval(toDateTime(%s), INTERVAL %d second)", args[0], seconds), nil
		},
	}
}

// Types that a frame holds as they are, with and without NULL, and those that it holds as JSON.
func (*clickhouseDriver) Converters() []sqlutil.Converter {
	all := []sqlutil.Converter{}
	all = append(all, plain[string]("String", `Enum(8|16)\(.*\)`, `LowCardinality\(String\)`)...)
	all = append(all, plain[bool]("Bool")...)
	all = append(all, plain[float32]("Float32")...)
	all = append(all, plain[float64]("Float64")...)
	all = append(all, plain[int64]("Int64")...)
	all = append(all, plain[int32]("Int32")...)
	all = append(all, plain[int16]("Int16")...)
	all = append(all, plain[int8]("Int8")...)
	all = append(all, plain[uint64]("UInt64")...)
	all = append(all, plain[uint32]("UInt32")...)
	all = append(all, plain[uint16]("UInt16")...)
	all = append(all, plain[uint8]("UInt8")...)
	all = append(all, plain[time.Time](`Date(32|Time|Time64)?(\(.*\))?`)...)
	all = append(all, converter[*string](`LowCardinality\(Nullable\(String\)\)`, data.FieldTypeNullableString))
	return append(all, sqlutil.Converter{
		Name:           "JSON",
		InputScanType:  reflect.TypeFor[any](),
		InputTypeRegex: regexp.MustCompile(`^(Array|Map|Tuple|Nested)\(.*\)$`),
		FrameConverter: sqlutil.FrameConverter{FieldType: data.FieldTypeJSON, ConverterFunc: func(in any) (any, error) {
			text, err := json.Marshal(*in.(*any))
			return json.RawMessage(text), err
		}},
	})
}

func plain[T any](names ...string) []sqlutil.Converter {
	var none T
	kind := data.FieldTypeFor(none)
	all := []sqlutil.Converter{}
	for _, name := range names {
		all = append(all, converter[T](name, kind), converter[*T](`Nullable\(`+name+`\)`, kind.NullableType()))
	}
	return all
}

func converter[T any](name string, kind data.FieldType) sqlutil.Converter {
	return sqlutil.Converter{
		Name:           name,
		InputScanType:  reflect.TypeFor[*T](),
		InputTypeRegex: regexp.MustCompile("^" + name + "$"),
		FrameConverter: sqlutil.FrameConverter{FieldType: kind, ConverterFunc: func(in any) (any, error) { return *in.(*T), nil }},
	}
}
