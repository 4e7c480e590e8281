"""What the result sheets are called, and the words that stand in more than one of them."""

RANKING, TRACE, NATIVE, DATA = "排名", "追溯", "公式核对", "核对数据"
ITEMS = "各项得分"
SELF_SCORES = "自评与考核"
RUN, FINDINGS = "运行记录", "问题清单"
SEAL = "封存"
NOT_APPLICABLE = "不涉及"
QUICK, BULLETIN, LEDGER, CLASSES = "月度快报", "季度通报", "任务台账", "企业分类"
