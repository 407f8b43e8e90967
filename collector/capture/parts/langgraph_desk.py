"""Two agents of LangGraph: one that calls a tool and streams, one that is handed its answer, and a call that fails."""

from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.graph import END, START, MessagesState, StateGraph


@tool
def weather(city: str) -> str:
    """The weather of a city"""
    return f"22 degrees in {city}"


@tool
def hotel(city: str) -> str:
    """A hotel in a city"""
    raise ValueError(f"no room in {city}")


def run(callbacks=()):
    planner = create_agent(ChatOpenAI(model="gpt-4o"), tools=[weather], name="planner")
    writer = create_agent(
        ChatOpenAI(model="gpt-5", stream_usage=True, streaming=True), tools=[], name="writer", system_prompt="Write."
    )

    def plan(state):
        return {"messages": planner.invoke({"messages": state["messages"]})["messages"][-1:]}

    def write(state):
        return {"messages": writer.invoke({"messages": state["messages"]})["messages"][-1:]}

    graph = StateGraph(MessagesState)
    graph.add_node("plan", plan)
    graph.add_node("write", write)
    graph.add_edge(START, "plan")
    graph.add_edge("plan", "write")
    graph.add_edge("write", END)
    desk = graph.compile(name="travel-desk")
    told = {"callbacks": list(callbacks)}
    config = {"configurable": {"thread_id": "thread-7"}, "metadata": {"user_id": "user-3"}, **told}
    desk.invoke({"messages": [("user", "How is the weather in Lisbon?")]}, config)
    ChatOpenAI(model="gpt-4o-mini").invoke("Sum up Lisbon.", told)
    for model, tools in (("gpt-4o-limit", []), ("gpt-4o", [hotel])):
        try:
            create_agent(ChatOpenAI(model=model, max_retries=0), tools=tools, name="closer").invoke(
                {"messages": [("user", "A hotel in Lisbon?")]}, told
            )
        except Exception:
            pass
